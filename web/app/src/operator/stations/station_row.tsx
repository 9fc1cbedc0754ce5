// One row of the table of stations. It renders again only when its station or what is found about it changes.

import type { Station, Stations } from "@swapwire/client";
import { useStation } from "@swapwire/react";
import { memo, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { useNow } from "../../ui/clock.ts";
import { useText } from "../text.ts";
import { Concerns } from "./concern_badges.tsx";
import { type Hold, LOW } from "./concerns.ts";
import css from "./station_table.module.css";

interface StationRowProps {
  id: number;
  source: Stations;
  at: number;
  /** Where the keyboard is: the one row that Tab stops at. */
  current: boolean;
  faulty: number;
  expiring: readonly Hold[] | undefined;
  onFocus(at: number): void;
}

export const StationRow = memo(function StationRow(props: StationRowProps) {
  const { id, source, at, current, faulty, expiring, onFocus } = props;
  const station = useStation(id, source);
  const text = useText().columns;
  // Deleted a moment ago: the list is about to say so.
  if (!station) return null;
  const { available_batteries: available } = station;
  const level = available === 0 ? css.none : available <= LOW ? css.few : css.enough;
  return (
    <tr aria-rowindex={at + 2} className={css.row}>
      <th scope="row" className={css.name}>
        <Link
          href={`/operator/stations/${id}`}
          className={css.link}
          data-at={at}
          tabIndex={current ? 0 : -1}
          onFocus={() => onFocus(at)}
        >
          <span className={css.title}>{station.station_name}</span>
          <span className={css.id}>#{id}</span>
        </Link>
      </th>
      <td className={css.state}>
        <Concerns station={station} faulty={faulty} expiring={expiring} />
      </td>
      <td className={`${css.available} ${station.status === "online" ? level : ""}`}>
        <div className={css.stock}>
          <Count value={available} />
          <StockBar station={station} />
        </div>
      </td>
      <td className={css.booked} data-label={text.booked}>
        <Count value={station.booked_batteries} />
      </td>
      <td className={css.unavailable} data-label={text.unavailable}>
        <Count value={station.unavailable_batteries} />
      </td>
      <td className={css.total}>
        <Count value={station.total_batteries} />
      </td>
      <td className={css.changed}>
        <Ago when={station.timestamp} />
      </td>
    </tr>
  );
});

/** A figure that lights up for a moment when it changes. */
function Count({ value }: { value: number }) {
  const format = useFormat();
  const before = useRef(value);
  const changed = before.current !== value;
  useEffect(() => {
    before.current = value;
  }, [value]);
  return (
    <span key={value} className={changed ? css.changedNow : undefined}>
      {format.number(value)}
    </span>
  );
}

function Ago({ when }: { when: string }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={when} title={format.dateTime(when)}>
      {format.relative(when, now)}
    </time>
  );
}

/** Available, booked and out of service as shares of the station; the figures beside it say the same. */
export function StockBar({ station }: { station: Station }) {
  const { total_batteries: total } = station;
  const share = (count: number) => ({ inlineSize: `${total === 0 ? 0 : (100 * count) / total}%` });
  return (
    <span className={css.bar} aria-hidden="true">
      <span className={css.barAvailable} style={share(station.available_batteries)} />
      <span className={css.barBooked} style={share(station.booked_batteries)} />
      <span className={css.barUnavailable} style={share(station.unavailable_batteries)} />
    </span>
  );
}
