// How the beginning of a bucket reads: an hour by the reader's clock, a day by its name in UTC, as the server counts it.

import { type Figures, type Interval, type Metric, measured, startOf } from "./metric.ts";
import { type Bucket, bucketLength } from "./range.ts";

export interface Points {
  bucket: Bucket;
  /** Milliseconds since 1970. */
  at: readonly number[];
  now: readonly (number | null)[];
  before: readonly (number | null)[];
  /** Whether the last bucket is not over yet. */
  running: boolean;
}

/** The two periods side by side: bucket by bucket, as `spanBefore` laid them. */
export function pointsOf(
  bucket: Bucket,
  metric: Metric,
  now: readonly Interval[],
  before: readonly Interval[] = [],
  to = Number.POSITIVE_INFINITY,
): Points {
  const value = (figures: Figures | undefined) => (figures ? measured(figures, metric) : null);
  const at = now.map(startOf);
  return {
    bucket,
    at,
    running: at.length > 1 && (at.at(-1) ?? 0) + bucketLength[bucket] > to,
    now: now.map(value),
    before: now.map((_, place) => value(before[place])),
  };
}

export function whenOf(tag: string, bucket: Bucket): (at: number) => string {
  const format = new Intl.DateTimeFormat(
    tag,
    bucket === "day"
      ? { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }
      : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  );
  return (at) => format.format(at);
}

const DAY_S = 86_400;

/** How far apart the marks under a chart may be, in seconds: between days there are no hours to mark. */
export const daySteps = [1, 2, 7, 14, 28, 91].map((days) => days * DAY_S);

/** The marks under a chart: times within a day, and the day where it begins. `step` is in seconds. */
export function axisTimes(splits: readonly number[], step: number, bucket: Bucket, tag: string): string[] {
  const zone = bucket === "day" ? { timeZone: "UTC" } : {};
  const day = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", ...zone });
  const time = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", ...zone });
  return splits.map((seconds) => {
    const when = new Date(seconds * 1000);
    const midnight = bucket === "hour" && when.getHours() === 0 && when.getMinutes() === 0;
    return step >= DAY_S || midnight ? day.format(when) : time.format(when);
  });
}
