// Events as rows of one height, of which only those on the screen exist.

import type { StationEvent } from "@swapwire/client";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useLocale } from "../../i18n/context.tsx";
import { formatTag } from "../../i18n/locale.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { useText } from "../text.ts";
import css from "./event_list.module.css";
import type { Passed } from "./log.ts";

const tones: Record<StationEvent["type"], Tone> = {
  inventory_update: "mute",
  battery_booked: "info",
  battery_collected: "good",
  battery_added: "good",
  battery_removed: "warn",
  battery_released: "warn",
  station_status: "bad",
  lagged: "bad",
};

const ROW = 44;
const NARROW_ROW = 68;
const narrow = "(max-width: 52rem)";

interface EventListProps {
  events: readonly Passed[];
  /** Nothing is added at the moment, so a row's place in the list says something. */
  still: boolean;
  /** The reader leaves the top: what they read should stay where it is. */
  onScrollAway(): void;
}

export function EventList({ events, still, onScrollAway }: EventListProps) {
  const text = useText().events;
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const [height] = useState(() => (matchMedia(narrow).matches ? NARROW_ROW : ROW));
  useLayoutEffect(() => {
    setTop(Math.round((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
  }, []);
  const away = useRef(onScrollAway);
  useEffect(() => {
    away.current = onScrollAway;
  });
  useEffect(() => {
    const onScroll = () => window.scrollY > ROW && away.current();
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, []);
  const rows = useWindowVirtualizer({
    count: events.length,
    estimateSize: () => height,
    overscan: 6,
    scrollMargin: top,
  });
  const items = rows.getVirtualItems();
  // The rows follow each other: a new one on top moves the others without touching them.
  const above = (items[0]?.start ?? top) - top;
  return (
    <ol
      ref={list}
      className={css.list}
      aria-label={text.list}
      style={{ blockSize: rows.getTotalSize(), paddingBlockStart: above }}
    >
      {items.map(({ index }) => {
        const passed = events[index];
        if (!passed) return null;
        return (
          <li
            key={passed.number}
            className={css.row}
            {...(still && { "aria-setsize": events.length, "aria-posinset": index + 1 })}
          >
            <Row passed={passed} />
          </li>
        );
      })}
    </ol>
  );
}

const Row = memo(function Row({ passed: { event } }: { passed: Passed }) {
  const text = useText().events;
  const { locale } = useLocale();
  return (
    <>
      <time className={css.time} dateTime={event.timestamp}>
        {timeFormat(formatTag(locale)).format(new Date(event.timestamp))}
      </time>
      <span className={css.type}>
        <Badge tone={tones[event.type]}>{text.types[event.type]}</Badge>
      </span>
      {event.type !== "lagged" && (
        <Link className={css.station} href={`/network?station=${event.station_id}`}>
          {event.station_name}
        </Link>
      )}
      <Details event={event} />
    </>
  );
});

function Details({ event }: { event: StationEvent }) {
  const { events: text, status: words } = useText();
  const { format } = useLocale();
  if (event.type === "lagged") return <span className={css.what}>{text.missed(format.number(event.missed))}</span>;
  if (event.type === "station_status") {
    return <span className={css.what}>{[words[event.status], event.message].filter(Boolean).join(": ")}</span>;
  }
  const { available_batteries: available, booked_batteries: booked, total_batteries: total } = event;
  const what =
    event.type === "inventory_update"
      ? text.actions[event.action]
      : text.battery((event.battery_ids ?? [event.battery_id]).join(", "));
  return (
    <>
      <span className={css.what}>{what}</span>
      <span className={css.counts}>
        {text.counts(format.number(available), format.number(booked), format.number(total))}
      </span>
    </>
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To the millisecond: events follow each other closely. */
function timeFormat(tag: string): Intl.DateTimeFormat {
  const known = formats.get(tag);
  if (known) return known;
  const format = new Intl.DateTimeFormat(tag, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
  formats.set(tag, format);
  return format;
}
