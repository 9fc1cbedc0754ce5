import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { axisTimes, pointsOf, whenOf } from "../../../src/charts/when.ts";

const interval = (start: string, bookings: number) => ({
  start,
  bookings,
  collections: 0,
  cancellations: 0,
  expiries: 0,
  mean_booked_batteries: 0,
});

describe("the points of a chart", () => {
  const now = [interval("2026-11-23T00:00:00Z", 4), interval("2026-11-24T00:00:00Z", 6)];

  it("set each bucket over the one it is compared with", () => {
    const before = [interval("2026-11-21T00:00:00Z", 3), interval("2026-11-22T00:00:00Z", 5)];
    const points = pointsOf("day", "bookings", now, before);
    expect(points.at).toEqual([Date.parse("2026-11-23T00:00:00Z"), Date.parse("2026-11-24T00:00:00Z")]);
    expect([points.now, points.before]).toEqual([
      [4, 6],
      [3, 5],
    ]);
  });

  it("have no value before while that period is not read yet", () => {
    expect(pointsOf("day", "bookings", now).before).toEqual([null, null]);
  });

  it("say whether the last bucket is still running", () => {
    expect(pointsOf("day", "bookings", now, [], Date.parse("2026-11-24T12:00:00Z")).running).toBe(true);
    expect(pointsOf("day", "bookings", now, [], Date.parse("2026-11-25T00:00:00Z")).running).toBe(false);
  });
});

/** Shows that the clock is really another one. */
const offsets: Record<string, number> = { "America/New_York": 300, UTC: 0, "Asia/Tokyo": -540 };

describe.each(["America/New_York", "UTC", "Asia/Tokyo"])("the time of a bucket in %s", (zone) => {
  beforeEach(() => void vi.stubEnv("TZ", zone));
  afterEach(() => void vi.unstubAllEnvs());

  it("is a day of UTC for a day, whatever the reader's clock", () => {
    expect(whenOf("en-GB", "day")(Date.parse("2026-11-24T00:00:00Z"))).toMatch(/^Tue,? 24 Nov$/);
  });

  it("marks days by their name in UTC, and hours by the reader's clock with the day where it begins", () => {
    const day = Date.parse("2026-11-24T00:00:00Z") / 1000;
    expect(axisTimes([day], 86_400, "day", "en-GB")).toEqual(["24 Nov"]);
    expect(new Date(2026, 10, 24).getTimezoneOffset()).toBe(offsets[zone]);
    const midnight = new Date(2026, 10, 24).getTime() / 1000;
    expect(axisTimes([midnight, midnight + 21_600], 21_600, "hour", "en-GB")).toEqual(["24 Nov", "06:00"]);
  });
});
