// The own stations as coloured tiles that are read from afar. As large as all of them fit; with very many they scroll,
// and only the rows of tiles near the window exist.

import type { Station, Stations } from "@swapwire/client";
import { useStation } from "@swapwire/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { useCursor } from "../keyboard/cursor.ts";
import type { Shortcuts } from "../keyboard/shortcuts.ts";
import { useText } from "../text.ts";
import { type Findings, type Hold, LOW } from "./concerns.ts";
import css from "./station_wall.module.css";
import { fitTiles } from "./tiles.ts";

interface StationWallProps {
  ids: readonly number[];
  source: Stations;
  findings: Findings;
  keys: RefObject<Shortcuts>;
}

export function StationWall({ ids, source, findings, keys }: StationWallProps) {
  const text = useText().pages;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const { across, width, height } = fitTiles(ids.length, size.width, size.height);
  const rows = useVirtualizer({
    count: Math.ceil(ids.length / across),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: Another height of tiles moves all rows.
  useEffect(() => rows.measure(), [rows, height]);
  const scrollTo = useCallback((at: number) => rows.scrollToIndex(Math.floor(at / across)), [rows, across]);
  const cursor = useCursor(scroller, ids.length, scrollTo);
  useEffect(() => {
    keys.current = {
      next: () => cursor.move(1),
      previous: () => cursor.move(-1),
      down: () => cursor.move(across),
      up: () => cursor.move(-across),
      enter: cursor.enter,
    };
  });
  const shown = rows.getVirtualItems();
  const first = (shown[0]?.index ?? 0) * across;
  const end = ((shown.at(-1)?.index ?? -1) + 1) * across;
  return (
    <div ref={scroller} className={css.wall}>
      <ul className={css.tiles} aria-label={text.wall} style={{ blockSize: rows.getTotalSize() }}>
        {ids.slice(first, end).map((id, place) => {
          const at = first + place;
          return (
            <Tile
              key={id}
              id={id}
              source={source}
              at={at}
              count={ids.length}
              x={(at % across) * width}
              y={Math.floor(at / across) * height}
              width={width}
              height={height}
              current={at === cursor.at}
              faulty={findings.faulty.get(id) ?? 0}
              expiring={findings.expiring.get(id)}
              onFocus={cursor.onFocus}
            />
          );
        })}
      </ul>
    </div>
  );
}

interface TileProps {
  id: number;
  source: Stations;
  at: number;
  count: number;
  x: number;
  y: number;
  width: number;
  height: number;
  current: boolean;
  faulty: number;
  expiring: readonly Hold[] | undefined;
  onFocus(at: number): void;
}

const Tile = memo(function Tile(props: TileProps) {
  const { id, source, at, count, x, y, width, height, current, faulty, expiring, onFocus } = props;
  const text = useText();
  const format = useFormat();
  const station = useStation(id, source);
  if (!station) return null;
  const tone = toneOf(station);
  const notes = [
    faulty > 0 && text.concerns.faulty(format.number(faulty), faulty),
    expiring?.[0] && text.concerns.expiring(expiring.length, format.time(expiring[0].expires_at)),
  ].filter(Boolean);
  const words =
    station.status === "online" ? (notes[0] ?? text.wall.of(station.total_batteries)) : text.status[station.status];
  return (
    <li
      className={css.place}
      aria-setsize={count}
      aria-posinset={at + 1}
      style={{ insetInlineStart: x, insetBlockStart: y, inlineSize: width, blockSize: height }}
    >
      <Link
        href={`/operator/stations/${id}`}
        className={`${css.tile} ${css[tone]}`}
        data-at={at}
        tabIndex={current ? 0 : -1}
        onFocus={() => onFocus(at)}
      >
        <span className={css.name}>{station.station_name}</span>
        <span className={css.count}>
          {format.number(station.available_batteries)}
          <span className="visually-hidden">{text.columns.available}</span>
        </span>
        <span className={css.words}>{words}</span>
      </Link>
    </li>
  );
});

function toneOf({ status, available_batteries: available }: Station): Tone {
  if (status !== "online") return status === "maintenance" ? "info" : "mute";
  if (available === 0) return "bad";
  return available <= LOW ? "warn" : "good";
}

function useSize(ref: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
