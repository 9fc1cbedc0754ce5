// A list of batteries with charge, health and state; several can be selected. Only the rows near the window exist.

import type { Battery } from "@swapwire/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import type { Outcome } from "../bulk/outcome.ts";
import { useCursor } from "../keyboard/cursor.ts";
import { useShortcuts } from "../keyboard/shortcuts.ts";
import { Gap } from "../page/gap.tsx";
import { PHONE, useMedia } from "../page/media.ts";
import type { Pages } from "../pages.ts";
import { useText } from "../text.ts";
import type { BatteryActions } from "./battery_actions.ts";
import { BatteryRow } from "./battery_row.tsx";
import css from "./battery_table.module.css";

interface BatteryTableProps {
  label: string;
  batteries: readonly Battery[];
  pages: Pages<Battery>;
  actions: BatteryActions;
  /** Where the battery is, for lists of more than one station. */
  placeOf?: (battery: Battery) => ReactNode;
  onEdit(battery: Battery): void;
}

const ROW = 40;
const PHONE_ROW = 72;
/** So many rows before the end the next page is asked for. */
const AHEAD = 30;

export function BatteryTable({ label, batteries, pages, actions, placeOf, onEdit }: BatteryTableProps) {
  const text = useText();
  const scroller = useRef<HTMLElement>(null);
  const last = useRef<number | null>(null);
  const phone = useMedia(PHONE);
  const rows = useVirtualizer({
    count: batteries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? PHONE_ROW : ROW),
    overscan: 10,
    scrollPaddingStart: ROW,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: Another height of rows moves all of them.
  useEffect(() => rows.measure(), [rows, phone]);
  const scrollTo = useCallback((at: number) => rows.scrollToIndex(at), [rows]);
  const cursor = useCursor(scroller, batteries.length, scrollTo);
  const shown = rows.getVirtualItems();
  const end = shown.at(-1)?.index ?? 0;
  const wantsMore = pages.hasMore && !pages.loading && !pages.error && end >= batteries.length - AHEAD;
  useEffect(() => {
    if (wantsMore) pages.more();
  }, [wantsMore, pages]);

  const { select, selected } = actions;
  const list = useRef(batteries);
  list.current = batteries;
  /** With Shift, all from the last one to this. */
  const toggle = useCallback(
    (at: number, on: boolean, range: boolean) => {
      const from = range && last.current !== null ? last.current : at;
      last.current = at;
      const ids = list.current.slice(Math.min(from, at), Math.max(from, at) + 1).map(({ id }) => id);
      select(ids, on);
    },
    [select],
  );
  useShortcuts({
    j: () => cursor.move(1),
    k: () => cursor.move(-1),
    arrowdown: () => cursor.move(1),
    arrowup: () => cursor.move(-1),
    x: () => {
      const battery = batteries[cursor.at];
      if (battery) toggle(cursor.at, !selected.has(battery.id), false);
    },
    e: () => {
      const battery = batteries[cursor.at];
      if (battery) onEdit(battery);
    },
    escape: selected.size > 0 ? actions.clear : undefined,
  });
  const everyId = () => batteries.map(({ id }) => id);
  const all = batteries.length > 0 && batteries.every(({ id }) => selected.has(id));
  return (
    <section ref={scroller} className={css.scroller} aria-label={label}>
      <table className={css.table} aria-rowcount={pages.hasMore ? -1 : batteries.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <td className={css.check}>
              <input
                type="checkbox"
                aria-label={text.batteries.selectAll}
                checked={all}
                ref={(box) => {
                  if (box) box.indeterminate = !all && selected.size > 0;
                }}
                onChange={() => select(everyId(), !all)}
              />
            </td>
            <th scope="col" className={css.serial}>
              {text.batteries.serial}
            </th>
            <th scope="col" className={css.state}>
              {text.batteries.state}
            </th>
            <th scope="col" className={css.charge}>
              {text.batteries.charge}
            </th>
            <th scope="col" className={css.health}>
              {text.batteries.health}
            </th>
            {placeOf && (
              <th scope="col" className={css.station}>
                {text.batteries.station}
              </th>
            )}
            <th scope="col" className={css.changed}>
              {text.columns.changed}
            </th>
          </tr>
        </thead>
        <tbody>
          <Gap height={shown[0]?.start ?? 0} />
          {shown.map(({ index }) => {
            const battery = batteries[index];
            if (!battery) return null;
            return (
              <BatteryRow
                key={battery.id}
                battery={battery}
                change={actions.pending.get(battery.id)}
                outcome={actions.outcomes.get(battery.id) as Outcome | undefined}
                at={index}
                current={index === cursor.at}
                selected={selected.has(battery.id)}
                place={placeOf?.(battery)}
                onToggle={toggle}
                onFocus={cursor.onFocus}
                onEdit={onEdit}
              />
            );
          })}
          <Gap height={rows.getTotalSize() - (shown.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </section>
  );
}
