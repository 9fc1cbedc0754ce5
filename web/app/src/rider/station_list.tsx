// The stations as rows. Only the rows in sight are in the page, and each reads its own station, so that ten thousand
// cost no more than ten: a change of one station renders one row.

import type { Stations } from "@swapwire/client";
import { type Point, useStation } from "@swapwire/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { MapPinOff } from "lucide-react";
import { useRef } from "react";
import { Button } from "../ui/button.tsx";
import { Empty, Skeleton } from "../ui/panel.tsx";
import css from "./station_list.module.css";
import { StationRow } from "./station_row.tsx";
import { useText } from "./text.ts";

/** As high as the style sheet makes them. */
const ROW_PX = 72;

interface StationListProps {
  ids: readonly number[];
  ready: boolean;
  source: Stations;
  from: Point | undefined;
  selected: number | null;
  /** A search or a filter leaves some out. */
  narrowed: boolean;
  onOpen(id: number): void;
  onShowAll(): void;
}

export function StationList(props: StationListProps) {
  const { ids, ready, narrowed, onShowAll } = props;
  const text = useText().find;
  if (ids.length > 0) return <Rows {...props} />;
  if (!ready) return <Skeleton lines={9} label={text.loading} />;
  return (
    <div className={css.empty} data-part="list">
      <Empty icon={<MapPinOff size={32} aria-hidden="true" />} title={narrowed ? text.noMatch : text.noneYet}>
        {narrowed && <p>{text.noMatchHint}</p>}
        {narrowed && <Button onClick={onShowAll}>{text.showAll}</Button>}
      </Empty>
    </div>
  );
}

function Rows({ ids, source, from, selected, onOpen }: StationListProps) {
  const text = useText().find;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: What scrolls must be reachable by keyboard.
    <section ref={scroller} className={css.scroller} data-part="list" tabIndex={0} aria-label={text.list}>
      <ol className={css.rows} style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            className={css.place}
            style={{ transform: `translateY(${start}px)` }}
            aria-setsize={ids.length}
            aria-posinset={index + 1}
          >
            <LiveRow
              id={ids[index] ?? 0}
              source={source}
              from={from}
              current={ids[index] === selected}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface LiveRowProps {
  id: number;
  source: Stations;
  from: Point | undefined;
  current: boolean;
  onOpen(id: number): void;
}

function LiveRow({ id, source, ...row }: LiveRowProps) {
  const station = useStation(id, source);
  return station ? <StationRow station={station} {...row} /> : null;
}
