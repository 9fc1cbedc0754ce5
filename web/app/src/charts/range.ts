// The range of time that statistics are shown of, as an address says it: `?from=now-7d`, or `?from=2026-11-01&to=2026-11-08`,
// both days included. The same link therefore shows "the last seven days" to whoever opens it.

export const presets = ["24h", "7d", "30d", "90d"] as const;
export type Preset = (typeof presets)[number];

export const buckets = ["hour", "day"] as const;
export type Bucket = (typeof buckets)[number];

export type Range = { readonly last: Preset } | { readonly from: string; readonly to: string };

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const lengths: Record<Preset, number> = { "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY };
export const bucketLength: Record<Bucket, number> = { hour: HOUR, day: DAY };
/** What the server answers at once (see `GET /stats/`). */
const MOST_BUCKETS = 1_000;

const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** What can't be read is the usual range. */
export function rangeOf(search: URLSearchParams): Range {
  const [from, to] = [search.get("from"), search.get("to")];
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return { last: presets.find((preset) => from === `now-${preset}`) ?? "7d" };
}

export function putRange(search: URLSearchParams, range: Range): URLSearchParams {
  const next = new URLSearchParams(search);
  if ("last" in range) {
    next.set("from", `now-${range.last}`);
    next.delete("to");
  } else {
    next.set("from", range.from);
    next.set("to", range.to);
  }
  return next;
}

/** Hours up to a week, days beyond it, unless the address says another one that the server can answer. */
export function bucketOf(search: URLSearchParams, range: Range): Bucket {
  const asked = buckets.find((bucket) => bucket === search.get("bucket"));
  if (asked && canBe(asked, range)) return asked;
  return lengthOf(range) <= 7 * DAY ? "hour" : "day";
}

export const canBe = (bucket: Bucket, range: Range): boolean => lengthOf(range) / bucketLength[bucket] <= MOST_BUCKETS;

function lengthOf(range: Range): number {
  if ("last" in range) return lengths[range.last];
  return midnight(range.to, "hour", 1).getTime() - midnight(range.from, "hour").getTime();
}

/** The beginning of a day where the reader is; with buckets of a day that of UTC, as the server counts days. */
function midnight(day: string, bucket: Bucket, later = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  if (bucket === "day") return new Date(Date.UTC(year, month - 1, date + later));
  return new Date(year, month - 1, date + later);
}

/** The first bucket is a whole one. The last one is as far as the present has come. */
export function spanOf(range: Range, bucket: Bucket, now: number): Span {
  if ("last" in range) {
    const unit = bucketLength[bucket];
    return { from: new Date(Math.ceil((now - lengths[range.last]) / unit) * unit), to: new Date(now) };
  }
  const [from, end] = [midnight(range.from, bucket), midnight(range.to, bucket, 1)];
  return { from, to: new Date(Math.min(end.getTime(), now)) };
}

/**
 * The period before, of the same length. It lies whole buckets back, so that each bucket stands over the one that it is
 * compared with, and a day that is half over is compared with half a day.
 */
export function spanBefore(range: Range, bucket: Bucket, { from, to }: Span): Span {
  const unit = bucketLength[bucket];
  const back = Math.ceil(lengthOf(range) / unit) * unit;
  return { from: new Date(from.getTime() - back), to: new Date(to.getTime() - back) };
}

/** Whether an answer is of the whole of what was asked for: where older history is not kept, it begins later. */
export const isWhole = (answer: { readonly from: string }, asked: Span): boolean =>
  Date.parse(answer.from) <= asked.from.getTime();

/** Each hour of the week has to come up a few times: at least four weeks. */
export function spanOfWeeks({ from, to }: Span): Span {
  return { from: new Date(Math.min(from.getTime(), to.getTime() - 28 * DAY)), to };
}

/** The day of a moment as a date field writes it. */
export function dayOf(when: Date, bucket: Bucket = "hour"): string {
  if (bucket === "day") return when.toISOString().slice(0, 10);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}
