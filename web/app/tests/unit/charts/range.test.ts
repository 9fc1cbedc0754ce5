import { describe, expect, it } from "vitest";
import {
  bucketOf,
  dayOf,
  isWhole,
  putRange,
  type Range,
  rangeOf,
  spanBefore,
  spanOf,
  spanOfWeeks,
} from "../../../src/charts/range.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse("2026-11-24T14:20:00Z");
const search = (text: string) => new URLSearchParams(text);

describe("the range of an address", () => {
  it("is seven days unless the address says another", () => {
    expect(rangeOf(search(""))).toEqual({ last: "7d" });
    expect(rangeOf(search("from=now-90d"))).toEqual({ last: "90d" });
    expect(rangeOf(search("from=2026-11-01&to=2026-11-03"))).toEqual({ from: "2026-11-01", to: "2026-11-03" });
  });

  it.each([
    "from=yesterday",
    "from=now-1y",
    "from=2026-11-03&to=2026-11-01",
    "from=2026-13-01&to=2026-13-02",
    "to=2026-11-01",
  ])("is the usual one where %s makes no sense", (text) => expect(rangeOf(search(text))).toEqual({ last: "7d" }));

  it.each<Range>([{ last: "24h" }, { last: "30d" }, { from: "2026-10-01", to: "2026-10-31" }])(
    "comes back from the address it was put into: %j",
    (range) => {
      const put = putRange(search("metric=occupancy&from=now-7d&to=2020-01-01"), range);
      expect(rangeOf(put)).toEqual(range);
      expect(put.get("metric")).toBe("occupancy");
    },
  );
});

describe("the bucket", () => {
  it("is an hour up to a week and a day beyond it", () => {
    expect(bucketOf(search(""), { last: "7d" })).toBe("hour");
    expect(bucketOf(search(""), { last: "30d" })).toBe("day");
  });

  it("is the one asked for unless the server could not answer that", () => {
    expect(bucketOf(search("bucket=hour"), { last: "30d" })).toBe("hour");
    expect(bucketOf(search("bucket=hour"), { last: "90d" })).toBe("day");
    expect(bucketOf(search("bucket=minute"), { last: "24h" })).toBe("hour");
  });
});

describe("the span", () => {
  it("is answered as a whole unless the history begins later", () => {
    const asked = spanOf({ last: "24h" }, "hour", now);
    expect(isWhole({ from: "2026-11-23T15:00:00Z" }, asked)).toBe(true);
    expect(isWhole({ from: "2026-11-23T15:00:00.000001Z" }, asked)).toBe(true);
    expect(isWhole({ from: "2026-11-23T19:30:00Z" }, asked)).toBe(false);
  });

  it("begins with a whole bucket and ends now", () => {
    const { from, to } = spanOf({ last: "24h" }, "hour", now);
    expect(from.toISOString()).toBe("2026-11-23T15:00:00.000Z");
    expect(to.getTime()).toBe(now);
  });

  it("has both days of a range of days, and no future", () => {
    const { from, to } = spanOf({ from: "2026-11-02", to: "2026-11-03" }, "hour", now);
    expect([dayOf(from), from.getHours(), to.getTime() - from.getTime()]).toEqual(["2026-11-02", 0, 2 * DAY]);
    expect(spanOf({ from: "2026-11-20", to: "2026-12-31" }, "day", now).to.getTime()).toBe(now);
  });

  it("has whole days of UTC where days are the buckets", () => {
    const { from, to } = spanOf({ from: "2026-11-02", to: "2026-11-03" }, "day", now);
    expect([from.toISOString(), to.toISOString()]).toEqual(["2026-11-02T00:00:00.000Z", "2026-11-04T00:00:00.000Z"]);
  });

  it.each([
    [{ last: "24h" }, "hour", DAY],
    [{ last: "7d" }, "hour", 7 * DAY],
    [{ last: "30d" }, "day", 30 * DAY],
  ] as const)("before %j lies a whole period back, bucket on bucket", (range, bucket, back) => {
    const span = spanOf(range, bucket, now);
    const before = spanBefore(range, bucket, span);
    expect(span.from.getTime() - before.from.getTime()).toBe(back);
    expect(before.to.getTime() - before.from.getTime()).toBe(span.to.getTime() - span.from.getTime());
    expect(before.to.getTime()).toBeLessThanOrEqual(span.from.getTime());
  });

  it("of a day that is not over is compared with the same part of the day before", () => {
    const today = dayOf(new Date(now));
    const range = { from: today, to: today };
    const span = spanOf(range, "hour", now);
    expect(spanBefore(range, "hour", span).to.getTime()).toBe(now - DAY);
  });

  it("of hours of the week is four weeks at least", () => {
    const short = spanOfWeeks(spanOf({ last: "24h" }, "hour", now));
    expect(short.to.getTime() - short.from.getTime()).toBe(28 * DAY);
    const long = spanOf({ last: "90d" }, "day", now);
    expect(spanOfWeeks(long)).toEqual(long);
  });
});
