// Why a station is closed, in its operator's words. The live state has only the status, so the words are asked for.

import type { Station, Stations } from "@swapwire/client";
import { useClient, useRequest } from "@swapwire/react";
import { useEffect } from "react";
import css from "./status_message.module.css";

export function StatusMessage({ station, source }: { station: Station; source: Stations }) {
  const { http } = useClient();
  const { station_id, status } = station;
  const { data, refresh } = useRequest(`station-record/${station_id}/${status}`, () =>
    http.get("/stations/{station_id}/", { path: { station_id } }),
  );
  useEffect(
    () => source.on("station_status", (event) => void (event.station_id === station_id && refresh())),
    [source, station_id, refresh],
  );
  if (!data?.status_message) return null;
  return <p className={css.message}>{data.status_message}</p>;
}
