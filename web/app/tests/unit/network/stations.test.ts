import type { Station } from "@swapwire/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { filterOf, matcher, putFilter, standingOf } from "../../../src/network/stations/filter.ts";
import { TotalsStore } from "../../../src/network/stations/totals.ts";

const station = (id: number, change: Partial<Station> = {}): Station => ({
  station_id: id,
  station_name: `Station ${id}`,
  latitude: 52.5,
  longitude: 13.4,
  status: "online",
  available_batteries: 5,
  booked_batteries: 1,
  unavailable_batteries: 2,
  total_batteries: 8,
  revision: 1,
  timestamp: "2026-11-24T10:00:00Z",
  ...change,
});

describe("the filter of the wall", () => {
  it("comes back from the address, which has only what is unusual", () => {
    const search = putFilter(new URLSearchParams("view=map"), { status: "offline", stock: "empty", text: "süd" });
    expect(search.toString()).toBe("view=map&q=s%C3%BCd&status=offline&stock=empty");
    expect(filterOf(search)).toEqual({ status: "offline", stock: "empty", text: "süd", sort: "name" });
    expect(putFilter(search, { status: null, stock: "any", text: "" }).toString()).toBe("view=map");
  });

  it("finds a part of a name whatever its case and accents, or a number", () => {
    const fits = (text: string, name: string, id = 7) =>
      matcher({ text, status: null, stock: "any", sort: "name" })(station(id, { station_name: name }));
    expect(fits("neukolln", "Berlin Neukölln")).toBe(true);
    expect(fits("mitte", "Berlin Neukölln")).toBe(false);
    expect(fits(" 7 ", "Mitte")).toBe(true);
    expect(fits("7", "Mitte", 70)).toBe(false);
  });

  it("tells stations apart by what a rider finds there", () => {
    const stock = (kind: "available" | "low" | "empty") =>
      [0, 2, 3].map((count) =>
        matcher({ text: "", status: null, stock: kind, sort: "name" })(station(1, { available_batteries: count })),
      );
    expect(stock("available")).toEqual([false, true, true]);
    expect(stock("low")).toEqual([false, true, false]);
    expect(stock("empty")).toEqual([true, false, false]);
    expect(standingOf(station(1, { available_batteries: 0, status: "offline" }))).toBe("closed");
    expect(standingOf(station(1, { available_batteries: 0 }))).toBe("empty");
  });
});

describe("the totals", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const sourceOf = (stations: Station[]) => {
    const held = new Map(stations.map((each) => [each.station_id, each]));
    let tell = (_: ReadonlySet<number>) => {};
    return {
      get: (id: number) => held.get(id),
      list: () => [...held.values()],
      subscribe: (listener: (changed: ReadonlySet<number>) => void) => {
        tell = listener;
        return () => {};
      },
      put: (...changed: Station[]) => {
        for (const each of changed) held.set(each.station_id, each);
        tell(new Set(changed.map(({ station_id }) => station_id)));
      },
      drop: (id: number) => {
        held.delete(id);
        tell(new Set([id]));
      },
    };
  };

  it("equal a recount after any changes, arrivals and departures", () => {
    const source = sourceOf([station(1), station(2, { available_batteries: 0 })]);
    const store = new TotalsStore(source);
    store.subscribe(() => {});
    expect(store.get()).toEqual({ stations: 2, online: 2, available: 5, booked: 2, unavailable: 4, empty: 1 });
    source.put(station(1, { status: "offline", available_batteries: 0, booked_batteries: 6 }), station(3));
    source.drop(2);
    vi.advanceTimersByTime(1_000);
    const recount = new TotalsStore(source);
    recount.subscribe(() => {});
    expect(store.get()).toEqual(recount.get());
    expect(store.get()).toEqual({ stations: 2, online: 1, available: 5, booked: 7, unavailable: 4, empty: 1 });
  });

  it("are told four times a second at most", () => {
    const source = sourceOf([station(1)]);
    const store = new TotalsStore(source);
    const listener = vi.fn();
    store.subscribe(listener);
    listener.mockClear();
    for (let change = 0; change < 100; change += 1) {
      source.put(station(1, { available_batteries: change }));
      vi.advanceTimersByTime(10);
    }
    expect(listener.mock.calls.length).toBeLessThanOrEqual(4);
    vi.advanceTimersByTime(250);
    expect(store.get().available).toBe(99);
  });
});
