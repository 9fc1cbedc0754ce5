// One station: what it holds, live; its batteries; what was done there; how it is used.

import type { Station, StationRecord } from "@swapwire/client";
import { type Request, useClient, useRequest, useStation } from "@swapwire/react";
import { ArrowLeft, MapPinned, Pencil, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import page from "../page/page.module.css";
import { LOW } from "../stations/concerns.ts";
import { toneOf } from "../stations/filters.tsx";
import { useOwnStations } from "../stations/own_stations.tsx";
import { StockBar } from "../stations/station_row.tsx";
import { useText } from "../text.ts";
import { EditStationDialog } from "./edit_station_dialog.tsx";
import { RemoveDialog } from "./remove_dialog.tsx";
import { StationBatteries } from "./station_batteries.tsx";
import { StationHistory } from "./station_history.tsx";
import css from "./station_page.module.css";
import { StatusDialog } from "./status_dialog.tsx";

const StatisticsView = lazy(async () => ({
  default: (await import("../../charts/statistics_view.tsx")).StatisticsView,
}));

/** The message of a status reaches others within this time; a change of the status brings it at once. */
const RECORD_MS = 30_000;
const tabs = ["batteries", "history", "statistics"] as const;

export function StationPage({ id }: { id: number }) {
  const text = useText();
  const shell = useShellText();
  const own = useOwnStations();
  const { http } = useClient();
  const live = useStation(id);
  const record = useRequest(
    `operator station ${id}`,
    () => http.get("/stations/{station_id}/", { path: { station_id: id } }),
    {
      everyMs: RECORD_MS,
    },
  );
  // Without the live feed one can still work here: the figures are then as old as the record.
  const station = live === undefined && record.data ? stationOf(record.data) : live;
  const [search] = useSearchParams();
  const tab = tabs.find((each) => each === search.get("tab")) ?? "batteries";
  if (station === null || (own.known && !own.owns(id))) {
    return (
      <Empty title={station === null ? text.station.notFound : text.station.notYours}>
        <ButtonLink href="/operator">{text.station.back}</ButtonLink>
      </Empty>
    );
  }
  if (station === undefined || !own.known) return <Skeleton lines={8} label={shell.loading} />;
  return (
    <div className={page.long}>
      <Link href="/operator" className={css.back}>
        <ArrowLeft size={16} aria-hidden="true" />
        {text.station.back}
      </Link>
      <Head station={station} record={record} />
      <Counts station={station} />
      <nav className={css.tabs} aria-label={text.station.parts}>
        {tabs.map((each) => (
          <Link
            key={each}
            replace
            href={`/operator/stations/${id}${each === "batteries" ? "" : `?tab=${each}`}`}
            className={css.tab}
            aria-current={each === tab ? "page" : undefined}
          >
            {text.station.tabs[each]}
          </Link>
        ))}
      </nav>
      {tab === "batteries" && <StationBatteries station={station} />}
      {tab === "history" && <StationHistory id={id} revision={station.revision} />}
      {tab === "statistics" && (
        <Suspense fallback={<Skeleton lines={5} label={shell.loading} />}>
          <StatisticsView of={{ station: id }} name={`station-${id}`} />
        </Suspense>
      )}
    </div>
  );
}

function stationOf({ id, name, updated_at, status_message: _, ...record }: StationRecord): Station {
  return { ...record, station_id: id, station_name: name, revision: 0, timestamp: updated_at };
}

type Asked = "status" | "edit" | "remove";

function Head({ station, record }: { station: Station; record: Request<StationRecord> }) {
  const text = useText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { station_id: id, station_name: name, status, latitude, longitude } = station;
  const { data, refresh } = record;
  const outdated = data !== undefined && data.status !== status;
  // The live state has no message: another status is the reason to read it.
  useEffect(() => {
    if (outdated) void refresh();
  }, [outdated, refresh]);
  const close = () => setAsked(null);
  const message = data && !outdated ? data.status_message : "";
  return (
    <header className={css.head}>
      <div className={css.title}>
        <h1>{name}</h1>
        <span className={css.id}>#{id}</span>
        <Badge tone={toneOf[status]}>{text.status[status]}</Badge>
        {message && <span className={css.message}>{message}</span>}
      </div>
      <div className={css.actions}>
        <a className={css.place} href={`geo:${latitude},${longitude}`}>
          <MapPinned size={16} aria-hidden="true" />
          {latitude.toFixed(4)}, {longitude.toFixed(4)}
        </a>
        <Button onClick={() => setAsked("status")}>{text.status.change}</Button>
        <IconButton label={text.station.edit} onClick={() => setAsked("edit")}>
          <Pencil size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={text.station.remove} onClick={() => setAsked("remove")}>
          <Trash2 size={18} aria-hidden="true" />
        </IconButton>
      </div>
      {asked === "status" && (
        <StatusDialog station={station} message={message} onClose={close} onSaved={() => void refresh()} />
      )}
      {asked === "edit" && <EditStationDialog station={station} onClose={close} />}
      {asked === "remove" && <RemoveDialog station={station} onClose={close} />}
    </header>
  );
}

function Counts({ station }: { station: Station }) {
  const text = useText().columns;
  const format = useFormat();
  const { available_batteries: available } = station;
  const level = available === 0 ? css.none : available <= LOW ? css.few : "";
  const counts = [
    [text.available, available, css.available],
    [text.booked, station.booked_batteries, css.booked],
    [text.unavailable, station.unavailable_batteries, css.unavailable],
    [text.total, station.total_batteries, ""],
  ] as const;
  return (
    <section className={css.stock}>
      <dl className={css.counts}>
        {counts.map(([name, count, look], place) => (
          <div key={name} className={`${css.count} ${look} ${place === 0 ? level : ""}`}>
            <dt>{name}</dt>
            <dd>{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      <StockBar station={station} />
    </section>
  );
}
