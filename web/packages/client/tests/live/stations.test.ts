// Stations against a real instance.

import { afterEach, expect, test } from "vitest";
import type { SavedStations } from "../../src/index.ts";
import { client, clientOf, closeAll, newUser, Operator, until, untilReady } from "./instance.ts";

afterEach(closeAll);

test("a booking reaches every set that has the station", async () => {
  const operator = new Operator();
  const station = await operator.station("Everywhere", 1.5, 1.5);
  await operator.stock(station, 2);
  const screen = client();
  const sets = [screen.all(), screen.box([1, 1, 2, 2]), screen.ids([station])];
  await Promise.all(sets.map(untilReady));

  await clientOf(newUser(), "rider").http.book(station);

  for (const set of sets) await until(() => set.get(station)?.booked_batteries === 1, set.subscribe);
  for (const set of sets)
    expect(set.get(station)).toMatchObject({ station_name: "Everywhere", available_batteries: 1 });
});

test("a station that nobody made is unknown, and the others are followed all the same", async () => {
  const operator = new Operator();
  const [first, second] = [await operator.station("First"), await operator.station("Second")];
  const set = client().ids([999_999_999, first, second]);
  await untilReady(set);
  expect(set.unknown()).toEqual([999_999_999]);
  expect(set.list().map(({ station_name }) => station_name)).toEqual(["First", "Second"]);
});

test("a deleted station leaves every set, and its removal is an event", async () => {
  const operator = new Operator();
  const station = await operator.station("Short-lived", 3.5, 3.5);
  const screen = client();
  const sets = [screen.all(), screen.box([3, 3, 4, 4]), screen.ids([station])];
  await Promise.all(sets.map(untilReady));
  const removed = new Promise((resolve) => sets[0]?.on("station_status", ({ station_id }) => resolve(station_id)));

  await operator.http.delete("/stations/{station_id}/", { path: { station_id: station } });

  expect(await removed).toBe(station);
  for (const set of sets) await until(() => !set.get(station), set.subscribe);
});

test("a moved box shows what is in it and forgets the rest", async () => {
  const operator = new Operator();
  const [here, there] = [await operator.station("Here", 5.5, 5.5), await operator.station("There", 5.5, 7.5)];
  const map = client().box([5, 5, 6, 6]);
  await untilReady(map);
  expect(map.get(here)).toBeDefined();
  expect(map.get(there)).toBeUndefined();

  map.moveTo([7, 5, 8, 6]);

  await until(() => map.get(there) !== undefined, map.subscribe);
  expect(map.get(here)).toBeUndefined();
});

test("a station's object stays the same until it changes", async () => {
  const operator = new Operator();
  const [quiet, busy] = [await operator.station("Quiet"), await operator.station("Busy")];
  const all = client().all();
  await untilReady(all);
  const [before, busyBefore] = [all.get(quiet), all.get(busy)];
  const heard: number[] = [];
  all.subscribeTo(quiet, () => heard.push(quiet));

  await operator.stock(busy, 1);

  await until(() => all.get(busy)?.available_batteries === 1, all.subscribe);
  expect(all.get(quiet)).toBe(before);
  expect(all.get(busy)).not.toBe(busyBefore);
  expect(heard).toEqual([]);
});

test("a reloaded page resumes from what it kept", async () => {
  const operator = new Operator();
  const station = await operator.station("Kept");
  let kept: SavedStations | null = null;
  const store = {
    load: () => kept,
    save: (state: SavedStations) => {
      kept = state;
    },
  };
  const before = client({ store });
  const all = before.all();
  await until(() => all.ready() && all.get(station) !== undefined, all.subscribe);
  before.close();
  await operator.stock(station, 3);

  const after = client({ store }).all();

  expect(after.ready()).toBe(true);
  expect(after.get(station)).toMatchObject({ available_batteries: 0 });
  await until(() => after.get(station)?.available_batteries === 3, after.subscribe);
});

test("where WebSockets are blocked, event streams show the same", async () => {
  const operator = new Operator();
  const station = await operator.station("Behind a proxy", 11.5, 11.5);
  const platform = { openSocket: undefined };
  const screen = client({ platform });
  const sets = [screen.all(), screen.box([11, 11, 12, 12]), screen.ids([station, 999_999_999])];
  for (const set of sets) await until(() => set.ready() && set.get(station) !== undefined, set.subscribe);
  expect(screen.connection.get()).toMatchObject({ phase: "live", transport: "sse" });

  await operator.stock(station, 2);

  for (const set of sets) await until(() => set.get(station)?.available_batteries === 2, set.subscribe);
  expect(sets[2]?.unknown()).toEqual([999_999_999]);
});
