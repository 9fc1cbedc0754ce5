// Lists that are kept up to date piece by piece are the lists that sorting everything would give.

import type { Station, Stations } from "@swapwire/client";
import { expect, test } from "vitest";
import { type Choice, criteriaOf } from "../../src/criteria.ts";
import { nothingSelected, Selection } from "../../src/selection.ts";
import { station } from "./gateway.ts";

/** A repeatable chance (mulberry32). */
function chance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function set() {
  const held = new Map<number, Station>();
  const listeners = new Set<(changed: ReadonlySet<number>) => void>();
  let list: readonly Station[] = [];
  const source = {
    get: (id: number) => held.get(id),
    list: () => list,
    ready: () => true,
    subscribe: (listener: (changed: ReadonlySet<number>) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as Stations;
  const change = (changed: ReadonlySet<number>) => {
    list = [...held.values()];
    for (const listener of listeners) listener(changed);
  };
  return { held, source, change, listeners };
}

const unset: Choice = { sort: undefined, filter: undefined, from: undefined, withinKm: undefined, ids: undefined };
const here = { latitude: 52.5, longitude: 13.4 };
const choices: Record<string, Choice> = {
  "by id": unset,
  "by name": { ...unset, sort: "name" },
  "most batteries": { ...unset, sort: "available", filter: { available: true } },
  nearest: { ...unset, sort: "distance", from: here, withinKm: 40 },
  "as asked for": { ...unset, ids: Array.from({ length: 300 }, (_, index) => 300 - index) },
  "own order": { ...unset, sort: (one, other) => one.booked_batteries - other.booked_batteries, filter: { text: "7" } },
  "an order that changes its mind": { ...unset, sort: (one, other) => (one.revision + other.revision) % 3 },
};

for (const [name, choice] of Object.entries(choices)) {
  test(`random changes, ${name}: the same as selecting anew`, () => {
    const { held, source, change } = set();
    const random = chance(7);
    const randomStation = (id: number, revision: number) =>
      station(id, {
        station_name: `Station ${random(50)}`,
        latitude: 52 + random(1000) / 1000,
        available_batteries: random(4),
        booked_batteries: random(4),
        revision,
      });
    for (let id = 1; id <= 200; id += 1) held.set(id, randomStation(id, 0));
    change(new Set(held.keys()));
    const selection = new Selection(source, criteriaOf(choice), nothingSelected);
    const stop = selection.subscribe(() => {});
    for (let step = 1; step <= 300; step += 1) {
      const changed = new Set<number>();
      for (let one = random(step % 50 === 0 ? 100 : 5); one >= 0; one -= 1) {
        const id = 1 + random(300);
        changed.add(id);
        if (random(5) === 0) held.delete(id);
        else held.set(id, randomStation(id, step));
      }
      const before = selection.getStations();
      const copy = [...before];
      change(changed);
      const { stations, ids } = selection.get();
      expect(before, "a list that was handed out is not changed").toEqual(copy);
      expect(ids).toEqual(stations.map(({ station_id }) => station_id));
      const anew = new Selection(source, criteriaOf(choice), nothingSelected).getStations();
      const order = (list: readonly Station[]) =>
        name.startsWith("an order that") ? list.map(({ station_id }) => station_id).sort() : list;
      expect(order(stations)).toEqual(order(anew));
    }
    stop();
  });
}

test("filters by state, by part of a name whatever its accents, and by having a battery that can be booked", () => {
  const listed = (filter: Choice["filter"], ...stations: Station[]) =>
    stations.filter(criteriaOf({ ...unset, filter }).matches).map(({ station_id }) => station_id);
  const one = station(1, { station_name: "Kottbusser Tör" });
  const two = station(2, { status: "offline" });
  const three = station(3, { status: "maintenance", available_batteries: 0 });
  const four = station(4, { available_batteries: 0 });
  expect(listed({ text: " TOR " }, one, two)).toEqual([1]);
  expect(listed({ status: "offline" }, one, two, three)).toEqual([2]);
  expect(listed({ status: ["offline", "maintenance"] }, one, two, three)).toEqual([2, 3]);
  expect(listed({ available: true }, one, two, three, four)).toEqual([1]);
  expect(listed({}, one, two)).toEqual([1, 2]);
});

test("one station of ten thousand changes: the others are neither compared nor sorted again", () => {
  const { held, source, change } = set();
  for (let id = 1; id <= 10_000; id += 1) held.set(id, station(id));
  change(new Set(held.keys()));
  let compared = 0;
  const sort = (one: Station, other: Station) => {
    compared += 1;
    return other.available_batteries - one.available_batteries;
  };
  const selection = new Selection(source, criteriaOf({ ...unset, sort }), nothingSelected);
  selection.subscribe(() => {});
  compared = 0;
  held.set(5_000, station(5_000, { available_batteries: 9 }));
  change(new Set([5_000]));
  expect(selection.getStations()[0]?.station_id).toBe(5_000);
  expect(compared).toBeLessThan(40);
});
