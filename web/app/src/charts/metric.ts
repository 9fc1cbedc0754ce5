// What is measured of riders: the six figures of the API, how to read each, and whether more of it is good.

import type { Statistics } from "@swapwire/client";
import type { Formats } from "../i18n/format.ts";

export type Interval = Statistics["items"][number];
export type Figures = Statistics["total"];

export const metrics = [
  "bookings",
  "collections",
  "cancellations",
  "expiries",
  "time_to_collection",
  "occupancy",
] as const;
export type Metric = (typeof metrics)[number];

export const metricOf = (text: string | null): Metric => metrics.find((metric) => metric === text) ?? "bookings";

/** Null where it can't be told: the time to collection of nothing collected. Occupancy is a share from 0 to 1. */
export function measured(figures: Figures, metric: Metric): number | null {
  switch (metric) {
    case "time_to_collection":
      return figures.mean_seconds_to_collection ?? null;
    case "occupancy":
      return figures.occupancy_percent == null ? null : figures.occupancy_percent / 100;
    default:
      return figures[metric];
  }
}

export function readable(value: number | null, metric: Metric, format: Formats): string {
  if (value === null) return "–";
  if (metric === "time_to_collection") return format.duration(value * 1000);
  if (metric !== "occupancy") return format.number(value);
  // A small share is not none.
  return value > 0 && value < 0.01 ? `< ${format.percent(0.01)}` : format.percent(value);
}

/** 1: more is good, -1: more is bad, 0: neither by itself. */
export const goodness: Record<Metric, -1 | 0 | 1> = {
  bookings: 1,
  collections: 1,
  cancellations: -1,
  expiries: -1,
  time_to_collection: -1,
  occupancy: 0,
};

export interface Delta {
  /** By which share it changed; null where there was nothing before. */
  readonly share: number | null;
  readonly tone: "good" | "bad" | "mute";
}

/** Null where one of the two can't be told, or both are zero: there is nothing to compare. */
export function deltaOf(now: number | null, before: number | null, metric: Metric): Delta | null {
  if (now === null || before === null || (now === 0 && before === 0)) return null;
  const change = Math.sign(now - before) * goodness[metric];
  const tone = change > 0 ? "good" : change < 0 ? "bad" : "mute";
  return { share: before === 0 ? null : now / before - 1, tone };
}

/** When a bucket begins, in milliseconds since 1970. */
export const startOf = (interval: Interval): number => ("start" in interval ? Date.parse(interval.start) : 0);
