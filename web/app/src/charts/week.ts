// The hours of the week: from the server's UTC to the reader's clock, and from a value to how strongly a cell is coloured.

import { type Interval, type Metric, measured } from "./metric.ts";

export interface WeekCell {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly value: number | null;
}

const HOURS = 168;

/** Null where the reader's clock is not whole hours from UTC: an hour of theirs is then parts of two. */
export function hoursFromUtc(minutesBehindUtc: number): number | null {
  return minutesBehindUtc % 60 === 0 ? -minutesBehindUtc / 60 : null;
}

/** All hours of the week in order, moved to the reader's clock. */
export function weekOf(items: readonly Interval[], metric: Metric, fromUtc: number): WeekCell[] {
  const values = new Map<number, number | null>();
  for (const item of items) {
    if (!("weekday" in item)) continue;
    const hour = (item.weekday - 1) * 24 + item.hour + fromUtc;
    values.set(((hour % HOURS) + HOURS) % HOURS, measured(item, metric));
  }
  return Array.from({ length: HOURS }, (_, hour) => ({
    weekday: Math.floor(hour / 24) + 1,
    hour: hour % 24,
    value: values.get(hour) ?? null,
  }));
}

/** 0 for nothing, else 1 to 5, in equal steps up to the largest value. */
export function levelOf(value: number | null, largest: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (value === null || value <= 0 || largest <= 0) return 0;
  const level = Math.ceil((value / largest) * 5);
  return level <= 1 ? 1 : level === 2 ? 2 : level === 3 ? 3 : level === 4 ? 4 : 5;
}
