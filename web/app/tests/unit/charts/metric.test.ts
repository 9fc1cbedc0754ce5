import { describe, expect, it } from "vitest";
import { deltaOf, measured, metricOf, readable } from "../../../src/charts/metric.ts";
import { createFormats } from "../../../src/i18n/format.ts";

const figures = {
  bookings: 12,
  collections: 8,
  cancellations: 3,
  expiries: 1,
  mean_booked_batteries: 2.5,
  mean_seconds_to_collection: 630,
  occupancy_percent: 12.5,
};

describe("a figure", () => {
  it("is read from the answer, occupancy as a share", () => {
    expect(measured(figures, "bookings")).toBe(12);
    expect(measured(figures, "time_to_collection")).toBe(630);
    expect(measured(figures, "occupancy")).toBe(0.125);
  });

  it("is unknown and not zero where nothing was collected or no batteries are", () => {
    const nothing = { ...figures, mean_seconds_to_collection: null, occupancy_percent: null };
    expect(measured(nothing, "time_to_collection")).toBeNull();
    expect(measured(nothing, "occupancy")).toBeNull();
  });

  it("reads in the language's way", () => {
    const [english, german] = [createFormats("en"), createFormats("de")];
    expect(readable(1234, "bookings", english)).toBe("1,234");
    expect(readable(1234, "bookings", german)).toBe("1.234");
    expect(readable(630, "time_to_collection", english)).toBe("10m 30s");
    expect(readable(0.125, "occupancy", english)).toBe("13%");
    expect(readable(0.0004, "occupancy", english)).toBe("< 1%");
    expect(readable(0, "occupancy", english)).toBe("0%");
    expect(readable(null, "occupancy", english)).toBe("–");
  });

  it("is bookings unless the address names another", () => {
    expect(metricOf("expiries")).toBe("expiries");
    expect(metricOf("profit")).toBe("bookings");
    expect(metricOf(null)).toBe("bookings");
  });
});

describe("the change against the period before", () => {
  it("is a share, good or bad by what is counted", () => {
    expect(deltaOf(15, 10, "bookings")).toEqual({ share: 0.5, tone: "good" });
    expect(deltaOf(5, 10, "bookings")).toEqual({ share: -0.5, tone: "bad" });
    expect(deltaOf(15, 10, "cancellations")).toEqual({ share: 0.5, tone: "bad" });
    expect(deltaOf(5, 10, "time_to_collection")).toEqual({ share: -0.5, tone: "good" });
    expect(deltaOf(0.5, 0.4, "occupancy")?.tone).toBe("mute");
  });

  it("has no share where nothing was before", () => {
    expect(deltaOf(3, 0, "expiries")).toEqual({ share: null, tone: "bad" });
  });

  it("is none where there is nothing to compare", () => {
    expect(deltaOf(0, 0, "bookings")).toBeNull();
    expect(deltaOf(null, 3, "time_to_collection")).toBeNull();
    expect(deltaOf(3, null, "time_to_collection")).toBeNull();
  });
});
