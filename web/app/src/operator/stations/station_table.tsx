// The own stations as a table. Only the rows near the window exist; their places are in aria-rowindex.

import type { Stations } from "@swapwire/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import { useCursor } from "../keyboard/cursor.ts";
import type { Shortcuts } from "../keyboard/shortcuts.ts";
import { Gap } from "../page/gap.tsx";
import { PHONE, useMedia } from "../page/media.ts";
import { useText } from "../text.ts";
import type { Findings } from "./concerns.ts";
import { StationRow } from "./station_row.tsx";
import css from "./station_table.module.css";
import { columns, sortedBy, type View } from "./view.ts";

interface StationTableProps {
  ids: readonly number[];
  source: Stations;
  findings: Findings;
  view: View;
  onSort(change: Partial<View>): void;
  /** What the page's keys do in this list. */
  keys: RefObject<Shortcuts>;
}

const ROW = 40;
const PHONE_ROW = 60;

export function StationTable({ ids, source, findings, view, onSort, keys }: StationTableProps) {
  const text = useText().list;
  const scroller = useRef<HTMLElement>(null);
  const phone = useMedia(PHONE);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? PHONE_ROW : ROW),
    overscan: 10,
    // The head of the table covers what is scrolled below it.
    scrollPaddingStart: ROW,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: Another height of rows moves all of them.
  useEffect(() => rows.measure(), [rows, phone]);
  const scrollTo = useCallback((at: number) => rows.scrollToIndex(at), [rows]);
  const cursor = useCursor(scroller, ids.length, scrollTo);
  useEffect(() => {
    const next = () => cursor.move(1);
    const previous = () => cursor.move(-1);
    keys.current = { next, previous, down: next, up: previous, enter: cursor.enter };
  });
  const shown = rows.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <section ref={scroller} className={css.scroller} aria-label={text.title}>
      <table className={css.table} aria-rowcount={ids.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <ColumnHead key={column} column={column} view={view} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} />
          {shown.map(({ index }) => {
            const id = ids[index];
            if (id === undefined) return null;
            return (
              <StationRow
                key={id}
                id={id}
                source={source}
                at={index}
                current={index === cursor.at}
                faulty={findings.faulty.get(id) ?? 0}
                expiring={findings.expiring.get(id)}
                onFocus={cursor.onFocus}
              />
            );
          })}
          <Gap height={below} />
        </tbody>
      </table>
    </section>
  );
}

function ColumnHead({
  column,
  view,
  onSort,
}: { column: (typeof columns)[number] } & Pick<StationTableProps, "view" | "onSort">) {
  const text = useText().columns;
  const sorted = view.sort === column;
  const Arrow = view.descending ? ArrowDown : ArrowUp;
  const direction = view.descending ? "descending" : "ascending";
  return (
    <th scope="col" className={css[column]} aria-sort={sorted ? direction : undefined}>
      <button type="button" className={css.sort} onClick={() => onSort(sortedBy(view, column))}>
        {text[column]}
        {sorted && <Arrow size={14} aria-hidden="true" />}
      </button>
    </th>
  );
}
