import type { StationEvent } from "@swapwire/client";
import { describe, expect, it } from "vitest";
import { fitting } from "../../../src/network/events/filter.ts";
import { EventLog, MOST } from "../../../src/network/events/log.ts";

const booked = (station: number, battery = 1): StationEvent => ({
  type: "battery_booked",
  id: `00000000-0000-0000-0000-${String(battery).padStart(12, "0")}`,
  cursor: String(battery),
  station_id: station,
  station_name: `Station ${station}`,
  battery_id: battery,
  available_batteries: 3,
  booked_batteries: 1,
  total_batteries: 4,
  revision: battery,
  timestamp: "2026-11-24T10:00:00Z",
});

/** Frames and seconds that pass when the test says so. */
function clock() {
  let pending: (() => void) | null = null;
  let now = 1_000_000;
  const frame = {
    now: () => now,
    request: (callback: () => void) => {
      pending = callback;
      return () => {
        pending = null;
      };
    },
  };
  const paint = () => {
    const callback = pending;
    pending = null;
    callback?.();
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { frame, paint, pass };
}

describe("the log of events", () => {
  it("shows the newest first, once per frame", () => {
    const { frame, paint } = clock();
    const log = new EventLog(frame);
    let told = 0;
    log.subscribe(() => {
      told += 1;
    });
    log.push(booked(1, 1));
    log.push(booked(1, 2));
    expect(log.get().events).toEqual([]);
    paint();
    log.push(booked(1, 3));
    paint();
    expect(told).toBe(2);
    expect(log.get().events.map(({ number }) => number)).toEqual([3, 2, 1]);
  });

  it("keeps a thousand, however many pass without a frame", () => {
    const { frame, paint } = clock();
    const log = new EventLog(frame);
    for (let battery = 1; battery <= 5 * MOST; battery += 1) log.push(booked(1, battery));
    paint();
    expect(log.get().events).toHaveLength(MOST);
    expect(log.get().events[0]?.number).toBe(5 * MOST);
    expect(log.get().passed).toBe(5 * MOST);
  });

  it("keeps what fits the filter, so that the others don't push it out", () => {
    const { frame, paint } = clock();
    const log = new EventLog(frame);
    log.push(booked(1));
    log.push(booked(2));
    paint();
    log.filter(fitting(null, "2"));
    for (let battery = 1; battery <= 2 * MOST; battery += 1) log.push(booked(1, battery));
    log.push(booked(2));
    paint();
    expect(log.get().events.map(({ number }) => number)).toEqual([3, 2]);
  });

  it("counts the rate over ten whole seconds, whatever the filter", () => {
    const { frame, pass } = clock();
    const log = new EventLog(frame);
    log.filter(() => false);
    for (let second = 0; second < 10; second += 1) {
      for (let event = 0; event < 20; event += 1) log.push(booked(1));
      pass(1_000);
    }
    expect(log.rate()).toBe(20);
    pass(5_000);
    expect(log.rate()).toBe(10);
    pass(60_000);
    expect(log.rate()).toBe(0);
  });

  it("is empty when it was emptied, and goes on", () => {
    const { frame, paint } = clock();
    const log = new EventLog(frame);
    log.push(booked(1));
    log.clear();
    paint();
    expect(log.get().events).toEqual([]);
    log.push(booked(1));
    paint();
    expect(log.get().events).toHaveLength(1);
  });
});

describe("the filter of events", () => {
  const lagged: StationEvent = { type: "lagged", id: "a", cursor: "1", missed: 3, timestamp: "2026-11-24T10:00:00Z" };

  it("fits a kind, a station's number or a part of its name", () => {
    expect(fitting("battery_booked", "")(booked(1))).toBe(true);
    expect(fitting("battery_added", "")(booked(1))).toBe(false);
    expect(fitting(null, "1")(booked(1))).toBe(true);
    expect(fitting(null, "1")(booked(12))).toBe(false);
    expect(fitting(null, "STATION 1")(booked(12))).toBe(true);
  });

  it("takes what concerns no station only where none is asked for", () => {
    expect(fitting(null, "")(lagged)).toBe(true);
    expect(fitting(null, "1")(lagged)).toBe(false);
  });
});
