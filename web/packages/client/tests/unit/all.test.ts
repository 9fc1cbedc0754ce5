// The set of all stations: what resumes, what a snapshot replaces, what listeners hear.

import { expect, test } from "vitest";
import type { SavedStations } from "../../src/index.ts";
import { clientOn, FakePlatform, settled, snapshot, station, update } from "./platform.ts";

async function wall(platform = new FakePlatform(), store?: { load(): SavedStations | null; save(): void }) {
  const client = clientOn(platform, store ? { store } : {});
  const all = client.all();
  await settled();
  const revisions = () => Object.fromEntries(all.list().map(({ station_id, revision }) => [station_id, revision]));
  const reconnect = () => platform.reconnect();
  return { platform, client, all, revisions, reconnect };
}

test("a snapshot in chunks is ready, and can be resumed, when its last one has come", async () => {
  const { platform, all, reconnect } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot(null, station(1, 1)));
  expect(all.get(1)).toBeDefined();
  expect(all.ready()).toBe(false);
  const again = await reconnect();
  expect(again.since).toBeNull();
  again.greet();
  again.say(snapshot(null, station(1, 1)), snapshot("c2", station(2, 2)));
  expect(all.ready()).toBe(true);
  expect((await reconnect()).since).toBe("c2");
});

test("a resumed connection's greeting is ahead of what follows it: its cursor is not kept", async () => {
  const { platform, reconnect, revisions } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)));
  const cut = await reconnect();
  cut.greet({ recovered: true, cursor: "c9" });
  const again = await reconnect();
  expect(again.since).toBe("c1");
  again.greet({ recovered: true, cursor: "c9" });
  again.say(update(1, 8, "c8"));
  expect(revisions()).toEqual({ 1: 8 });
  expect((await reconnect()).since).toBe("c8");
});

test("a position is kept: the channel was quiet", async () => {
  const { platform, reconnect } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1"), { type: "position", cursor: "c5" }, { type: "of_a_later_version", cursor: "c6" });
  expect((await reconnect()).since).toBe("c6");
});

test("state never goes back", async () => {
  const { platform, all, revisions } = await wall();
  platform.socket.greet();
  platform.socket.say(
    snapshot("c1", station(1, 5)),
    update(1, 4, "c2"),
    update(1, 5, "c3", { available_batteries: 9 }),
  );
  expect(revisions()).toEqual({ 1: 5 });
  expect(all.get(1)?.available_batteries).toBe(1);
});

test("a removed station is gone, by either message, and an older state does not bring it back", async () => {
  const { platform, all } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1), station(2, 2)));
  platform.socket.say(update(1, 6, "c2", { status: "removed" }), update(1, 5, "c3"));
  platform.socket.say({ type: "station_status", id: "e", cursor: "c4", station_id: 2, status: "removed" });
  platform.socket.say(update(2, 2, "c5"));
  expect(all.list()).toEqual([]);
});

test("a fresh snapshot replaces everything: what it lacks is gone, and lower revisions count", async () => {
  const { platform, reconnect, revisions, all } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 100), station(2, 100), station(3, 100)));
  platform.socket.say(update(3, 101, "c2", { status: "removed" }));
  const again = await reconnect();
  again.greet({ recovered: false });
  expect(all.list()).toHaveLength(2);
  // The database was restored from a backup: the third is there again.
  again.say(snapshot("c1", station(1, 7), station(3, 7)));
  expect(revisions()).toEqual({ 1: 7, 3: 7 });
  again.say(update(1, 6, "c2"));
  expect(revisions()).toEqual({ 1: 7, 3: 7 });
});

test("objects and the list change only with what they show; listeners hear once before the paint", async () => {
  const { platform, all } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1), station(2, 1)));
  await settled();
  const heard: number[][] = [];
  const ofFirst: number[] = [];
  all.subscribe((changed) => heard.push([...changed]));
  all.subscribeTo(1, () => ofFirst.push(1));
  const [list, first, second] = [all.list(), all.get(1), all.get(2)];
  platform.socket.say(update(1, 1, "c2"));
  await settled();
  expect([all.list() === list, heard]).toEqual([true, []]);
  platform.socket.say(update(2, 2, "c3"), update(2, 3, "c4"));
  expect(heard).toEqual([]);
  await settled();
  expect([heard, ofFirst]).toEqual([[[2]], []]);
  expect([all.get(1) === first, all.get(2) === second, all.list() === list]).toEqual([true, false, false]);
  expect(Object.keys(all.get(2) ?? {})).not.toContain("cursor");
});

test("events are heard as they pass, states among them", async () => {
  const { platform, all } = await wall();
  const heard: string[] = [];
  all.on("*", ({ type }) => heard.push(type));
  all.on("battery_booked", ({ station_id }) => heard.push(`booked at ${station_id}`));
  platform.socket.greet();
  platform.socket.say(snapshot("c1"), update(1, 1, "c2"), { type: "battery_booked", cursor: "c3", station_id: 1 });
  platform.socket.say({ type: "lagged", cursor: "c4", missed: 3 });
  expect(heard).toEqual(["inventory_update", "booked at 1", "battery_booked", "lagged"]);
});

test("a listener that throws stops neither the others nor the protocol", async () => {
  const { platform, all, reconnect } = await wall();
  const reported: unknown[] = [];
  const report = (error: unknown) => reported.push(error);
  process.on("unhandledRejection", report);
  const heard: string[] = [];
  all.on("inventory_update", () => {
    throw new Error("of the app");
  });
  all.on("inventory_update", ({ cursor }) => heard.push(cursor));
  platform.socket.greet();
  platform.socket.say(snapshot("c1"), update(1, 1, "c2"));
  await settled();
  process.off("unhandledRejection", report);
  expect([heard, reported]).toEqual([["c2"], [new Error("of the app")]]);
  expect((await reconnect()).since).toBe("c2");
});

test("a message that can't be applied leads to a fresh state, not to a hole", async () => {
  const { platform, all, reconnect } = await wall();
  const report = () => {};
  process.on("unhandledRejection", report);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)), { type: "inventory_snapshot", cursor: "c2" });
  await settled();
  process.off("unhandledRejection", report);
  expect(all.connection.get().phase).toBe("waiting");
  expect((await reconnect()).since).toBeNull();
});

test("a page that kept its state shows it at once and resumes", async () => {
  const platform = new FakePlatform();
  const kept = { cursor: "c7", stations: [station(1, 7) as never] };
  const { all, revisions } = await wall(platform, { load: () => kept, save: () => {} });
  expect([all.ready(), revisions(), platform.socket.since]).toEqual([true, { 1: 7 }, "c7"]);
});

test("state is kept together with its cursor, not before there is one, and not twice", async () => {
  const platform = new FakePlatform();
  const kept: SavedStations[] = [];
  const store = { load: () => null, save: (state?: SavedStations) => state && kept.push(state) };
  const { client } = await wall(platform, store);
  platform.socket.greet();
  platform.socket.say(snapshot(null, station(1, 1)));
  await platform.pass(15_000);
  expect(kept).toEqual([]);
  platform.socket.say(snapshot("c2", station(2, 2)));
  await platform.pass(15_000);
  await platform.pass(15_000);
  platform.socket.say(update(1, 3, "c3"));
  client.close();
  expect(kept.map(({ cursor, stations }) => [cursor, stations.map(({ revision }) => revision)])).toEqual([
    ["c2", [1, 2]],
    ["c3", [3, 2]],
  ]);
});

test("what a screen lets go of is kept for the next one, and closed when none comes", async () => {
  const { platform, client, all } = await wall();
  platform.socket.greet();
  all.close();
  await platform.pass(4_000);
  const next = client.all();
  await platform.pass(10_000);
  expect(platform.sockets).toHaveLength(1);
  next.close();
  next.close();
  await platform.pass(5_000);
  expect(platform.socket.readyState).toBe(3);
});
