// One station in a line: what it is called, how far it is, and how many batteries one can take there now.

import type { Station } from "@swapwire/client";
import { distanceKm, type Point } from "@swapwire/react";
import { ChevronRight } from "lucide-react";
import { memo, useState } from "react";
import { useFormat } from "../i18n/context.tsx";
import { Dot } from "../ui/badge.tsx";
import { toneOf } from "./availability.ts";
import css from "./station_row.module.css";
import { useText } from "./text.ts";

interface StationRowProps {
  station: Station;
  from: Point | undefined;
  current: boolean;
  onOpen(id: number): void;
}

export const StationRow = memo(function StationRow({ station, from, current, onOpen }: StationRowProps) {
  const text = useText().station;
  const format = useFormat();
  const { station_id, station_name, status, available_batteries } = station;
  const tone = toneOf(station);
  const open = status === "online";
  return (
    <button
      type="button"
      className={css.row}
      aria-current={current || undefined}
      onClick={() => onOpen(station_id)}
      data-station={station_id}
    >
      <span className={css.what}>
        <span className={css.name}>{station_name}</span>
        <span className={css.detail}>
          {from && <span className={css.distance}>{format.distance(distanceKm(from, station))}</span>}
          <span className={css.state}>
            <Dot tone={tone} />
            {!open ? text.status[status] : available_batteries > 0 ? text.status.online : text.empty}
          </span>
        </span>
      </span>
      <Count of={station} />
      <ChevronRight size={18} aria-hidden="true" className={css.chevron} />
    </button>
  );
});

/** A number that changes under one's eyes lights up for a moment. */
function Count({ of: station }: { of: Station }) {
  const text = useText().station;
  const { available_batteries: count, status } = station;
  const [first] = useState(count);
  const shown = status === "online" ? count : 0;
  return (
    <span className={`${css.count} ${css[toneOf(station)]}`}>
      <span key={count} className={count === first ? undefined : css.changed}>
        {shown}
      </span>
      <span className={css.unit}>{text.batteries(shown)}</span>
    </span>
  );
}
