// The answer in one glance: the nearest station with a battery, whatever the list is narrowed to.

import { distanceKm, type Point, useStation, useStationIds } from "@swapwire/react";
import { Navigation } from "lucide-react";
import { useFormat } from "../i18n/context.tsx";
import { Button } from "../ui/button.tsx";
import css from "./nearest_station.module.css";
import { useText } from "./text.ts";
import { WayThere } from "./way_there.tsx";

const withBattery = { available: true } as const;

export function NearestStation({ from, onOpen }: { from: Point; onOpen(id: number): void }) {
  const text = useText();
  const format = useFormat();
  const { ids, source } = useStationIds({ all: true, from, sort: "distance", filter: withBattery });
  const station = useStation(ids[0] ?? 0, source);
  if (!station) return <p className={css.none}>{text.find.nothingNear}</p>;
  const { station_id, station_name, available_batteries } = station;
  return (
    <section className={css.nearest} aria-label={text.find.nearest}>
      <Navigation size={20} aria-hidden="true" className={css.icon} />
      <p className={css.what}>
        <span className={css.title}>{text.find.nearest}</span>
        <strong className={css.name}>{station_name}</strong>
        <span className={css.detail}>
          {format.distance(distanceKm(from, station))} · {available_batteries}{" "}
          {text.station.batteries(available_batteries)}
        </span>
      </p>
      <div className={css.actions}>
        <Button kind="primary" small onClick={() => onOpen(station_id)}>
          {text.book.short}
        </Button>
        <WayThere to={station} name={station_name} small bare />
      </div>
    </section>
  );
}
