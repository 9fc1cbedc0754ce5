// One station: what it holds, live; its batteries; what was done there; how it is used.

import type { Station } from "@swapwire/client";
import { useClient, useRequest, useStation } from "@swapwire/react";
import { ArrowLeft, MapPinned, Pencil, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
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

const tabs = ["batteries", "history", "statistics"] as const;

export function StationPage({ id }: { id: number }) {
  const text = useText();
  const shell = useShellText();
  const own = useOwnStations();
  const station = useStation(id);
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
      <Head station={station} />
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

type Asked = "status" | "edit" | "remove";

function Head({ station }: { station: Station }) {
  const text = useText();
  const { http } = useClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { station_id: id, station_name: name, status, latitude, longitude } = station;
  const load = () => http.get("/stations/{station_id}/", { path: { station_id: id } });
  // The live state has no message: another status is the reason to read it.
  const record = useRequest(`operator station ${id} ${status}`, load, { everyMs: 30_000, keepPrevious: true });
  const close = () => setAsked(null);
  const saved = () => void record.refresh();
  const message = record.data?.status === status ? record.data.status_message : "";
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
      {asked === "status" && <StatusDialog station={station} message={message} onClose={close} onSaved={saved} />}
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
