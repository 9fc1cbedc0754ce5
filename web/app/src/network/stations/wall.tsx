// Every station as a tile. Only the tiles on the screen exist, each listens to its own station, and a change renders one
// tile: ten thousand stations with a hundred changes a second stay smooth.

import type { Stations } from "@swapwire/client";
import { useStation } from "@swapwire/react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, type KeyboardEvent, memo, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useText } from "../text.ts";
import { standingOf } from "./filter.ts";
import { placeAfter } from "./places.ts";
import css from "./wall.module.css";

const TILE_HEIGHT = 84;
const NARROWEST = 148;
const GAP = 8;
/** What the frame's bars cover of the page at its top and, on a phone, at its end. */
const BARS = 80;

interface WallProps {
  ids: readonly number[];
  source: Stations;
  onSelect(id: number): void;
}

export function Wall({ ids, source, onSelect }: WallProps) {
  const text = useText().stations;
  const list = useRef<HTMLUListElement>(null);
  const { width, top } = useExtent(list);
  const columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const rows = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(ids.length / columns),
    estimateSize: () => TILE_HEIGHT,
    gap: GAP,
    overscan: 4,
    scrollMargin: top,
    scrollPaddingStart: BARS,
    scrollPaddingEnd: BARS,
  });
  const select = useRef(onSelect);
  useLayoutEffect(() => {
    select.current = onSelect;
  });
  const [onOpen] = useState(() => (id: number) => select.current(id));
  const items = rows.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const end = ((items.at(-1)?.index ?? 0) + 1) * columns;
  const { place, onKeyDown, onFocus } = useArrows(list, ids.length, columns, (row) => rows.scrollToIndex(row));
  const tabStop = place >= first && place < Math.min(end, ids.length) ? place : first;
  return (
    <ul
      ref={list}
      className={css.wall}
      aria-label={text.list}
      style={{ blockSize: rows.getTotalSize() }}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {items.flatMap(({ index, start }) =>
        ids.slice(index * columns, (index + 1) * columns).map((id, column) => (
          <li
            key={id}
            className={css.place}
            data-place={index * columns + column}
            aria-setsize={ids.length}
            aria-posinset={index * columns + column + 1}
            style={{
              insetBlockStart: start - top,
              insetInlineStart: column * (tileWidth + GAP),
              inlineSize: tileWidth,
              blockSize: TILE_HEIGHT,
            }}
          >
            <Tile id={id} source={source} tabStop={index * columns + column === tabStop} onOpen={onOpen} />
          </li>
        )),
      )}
    </ul>
  );
}

/** How wide the list is and where it begins on the page. */
function useExtent(list: RefObject<HTMLElement | null>): { width: number; top: number } {
  const [extent, setExtent] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => {
      const width = element.clientWidth;
      const top = Math.round(element.getBoundingClientRect().top + window.scrollY);
      setExtent((held) => (held.width === width && held.top === top ? held : { width, top }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);
  return extent;
}

/** One tile is reached by Tab, the others from there by the arrows: a wall of thousands would else be a long walk. */
function useArrows(
  list: RefObject<HTMLElement | null>,
  count: number,
  columns: number,
  scrollTo: (row: number) => void,
) {
  const [place, setPlace] = useState(0);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(keyOf(event), place, columns, count);
    if (to === null) return;
    event.preventDefault();
    setPlace(to);
    scrollTo(Math.floor(to / columns));
    // A tile that was off the screen exists only after the scrolling.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-place="${to}"] button`)?.focus()),
    );
  };
  const onFocus = ({ target }: FocusEvent) => {
    const of = target.closest<HTMLElement>("[data-place]")?.dataset.place;
    if (of !== undefined) setPlace(Number(of));
  };
  return { place, onKeyDown, onFocus };
}

/** Where the text runs from right to left, the tiles do too. */
function keyOf({ key, currentTarget }: KeyboardEvent): string {
  const mirrored: Record<string, string> = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };
  return getComputedStyle(currentTarget).direction === "rtl" ? (mirrored[key] ?? key) : key;
}

interface TileProps {
  id: number;
  source: Stations;
  tabStop: boolean;
  onOpen(id: number): void;
}

const Tile = memo(function Tile({ id, source, tabStop, onOpen }: TileProps) {
  const { stations: text, status: words } = useText();
  const format = useFormat();
  const station = useStation(id, source);
  const [first] = useState(station?.revision);
  if (!station) return null;
  const { station_name: name, status, available_batteries: available, booked_batteries: booked } = station;
  const { unavailable_batteries: unavailable, total_batteries: total } = station;
  return (
    <button
      type="button"
      tabIndex={tabStop ? 0 : -1}
      className={`${css.tile} ${css[standingOf(station)]}`}
      onClick={() => onOpen(id)}
    >
      {station.revision !== first && <i key={station.revision} className={css.flash} />}
      <span className={css.name}>{name}</span>
      <span className={css.figures}>
        <b className={css.available}>{format.number(available)}</b>
        <span className={css.words}>/ {format.number(total)}</span>
        <span className="visually-hidden">{text.available}</span>
        <span className={status === "online" ? "visually-hidden" : css.status}>{words[status]}</span>
      </span>
      <svg className={css.share} viewBox={`0 0 ${Math.max(1, total)} 1`} preserveAspectRatio="none" aria-hidden="true">
        <rect className={css.availableShare} width={available} height="1" />
        <rect className={css.bookedShare} x={available} width={booked} height="1" />
        <rect className={css.unavailableShare} x={available + booked} width={unavailable} height="1" />
      </svg>
    </button>
  );
});
