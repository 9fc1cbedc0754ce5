// A box that moves on one socket.

import { expect, test } from "vitest";
import type { Box } from "../../src/index.ts";
import { clientOn, FakePlatform, FakeStream, settled, snapshot, station, update } from "./platform.ts";

const at = (id: number, revision: number, longitude: number) => station(id, revision, { longitude });
const box = (west: number): Box => [west, 50, west + 2, 55];
const viewing = (west: number, scope: string) => ({ type: "viewing", bbox: box(west), scope });

async function map() {
  const platform = new FakePlatform();
  const set = clientOn(platform).box(box(0));
  await settled();
  platform.socket.greet({ scope: "s0" });
  platform.socket.say(snapshot("c1", at(1, 1, 0.5), at(2, 1, 1.5)));
  await platform.pass(200);
  const ids = () => set.list().map(({ station_id }) => station_id);
  const views = () => platform.socket.sent.filter(({ type }) => type === "view").map(({ bbox }) => (bbox as Box)[0]);
  const reconnect = async () => (await platform.reconnect()).url.searchParams;
  return { platform, set, ids, views, reconnect };
}

test("it asks for its box, and comes back with cursor and scope", async () => {
  const { platform, reconnect } = await map();
  expect(Object.fromEntries(platform.socket.url.searchParams)).toEqual({ bbox: "0,50,2,55" });
  expect(Object.fromEntries(await reconnect())).toEqual({ bbox: "0,50,2,55", scope: "s0", since: "c1" });
});

test("a move brings what is new, drops what has left, and has no cursor until it is complete", async () => {
  const { platform, set, ids, views, reconnect } = await map();
  set.moveTo(box(1));
  await settled();
  await platform.pass(0);
  expect([views(), ids()]).toEqual([[1], [1, 2]]);
  platform.socket.say(viewing(1, "s1"));
  expect(ids()).toEqual([2]);
  platform.socket.say({ ...snapshot(null, at(3, 1, 2.5)) });
  expect([...(await reconnect()).keys()]).toEqual(["bbox"]);
  platform.socket.greet({ scope: "s1" });
  platform.socket.say(snapshot("c5", at(2, 1, 1.5), at(3, 1, 2.5)));
  expect(Object.fromEntries(await reconnect())).toEqual({ bbox: "1,50,3,55", scope: "s1", since: "c5" });
});

test("a drag is told ten times a second at most, and its end always", async () => {
  const { platform, set, views } = await map();
  for (let step = 1; step <= 50; step += 1) {
    set.moveTo(box(step / 10));
    await platform.pass(10);
  }
  await platform.pass(100);
  expect(views().length).toBeLessThanOrEqual(7);
  expect(views().at(-1)).toBe(5);
});

test("what the gateway has sent for its box is kept until it says that it has moved on", async () => {
  const { platform, set, ids } = await map();
  set.moveTo(box(1));
  await platform.pass(0);
  // The first is outside what is wanted now, but the gateway counts on it: it may hear of the way back only.
  platform.socket.say(update(1, 2, "c2", { longitude: 0.5 }));
  set.moveTo(box(0));
  await platform.pass(100);
  platform.socket.say(viewing(0, "s0"), snapshot("c3"));
  expect(ids()).toEqual([1, 2]);
});

test("a station that leaves the box is dropped, and one that comes is held", async () => {
  const { platform, ids } = await map();
  platform.socket.say(update(1, 2, "c2", { longitude: 9 }), update(7, 3, "c3", { longitude: 1 }));
  expect(ids()).toEqual([2, 7]);
});

test("a box across the 180th meridian", async () => {
  const platform = new FakePlatform();
  const set = clientOn(platform).box([179, -1, -179, 1]);
  await settled();
  platform.socket.greet({ scope: "s" });
  const on = (id: number, longitude: number) => station(id, 1, { latitude: 0, longitude });
  platform.socket.say(snapshot("c1", on(1, 179.5), on(2, -179.5), on(3, 0)));
  expect(set.list().map(({ station_id }) => station_id)).toEqual([1, 2]);
});

test("moves while there is no connection make no attempts; the next one asks for the last box", async () => {
  const { platform, set } = await map();
  platform.socket.end(1012, '{"retry_after_ms":20000}');
  for (const west of [1, 2, 3]) set.moveTo(box(west));
  await platform.pass(10_000);
  expect(platform.sockets).toHaveLength(1);
  await platform.pass(10_000);
  expect(platform.socket.url.searchParams.get("bbox")).toBe("3,50,5,55");
});

test("a move during the handshake is told after it", async () => {
  const platform = new FakePlatform();
  const set = clientOn(platform).box(box(0));
  await settled();
  set.moveTo(box(1));
  await platform.pass(200);
  platform.socket.greet({ scope: "s0" });
  platform.socket.say(snapshot("c1", at(1, 1, 0.5)));
  await platform.pass(200);
  expect(platform.sockets).toHaveLength(1);
  expect(platform.socket.sent).toEqual([{ type: "view", bbox: box(1) }]);
});

test("an event stream moves by a new request, from its cursor", async () => {
  const platform = new FakePlatform();
  platform.openSocket = undefined;
  const [first, second] = [new FakeStream(), new FakeStream()];
  platform.answers.push(
    () => first.response,
    () => second.response,
  );
  const set = clientOn(platform).box(box(0));
  first.say({ type: "connection_established", recovered: false, cursor: null, scope: "s0", heartbeat_s: 25 });
  first.say(snapshot("c1", at(1, 1, 0.5), at(2, 1, 1.5)));
  await platform.pass(200);
  set.moveTo([1, 50, 2, 55]);
  second.say({ type: "connection_established", recovered: true, cursor: "c1", scope: "s1", heartbeat_s: 25 });
  await platform.pass(200);
  const { searchParams } = platform.requests.at(-1)?.url ?? new URL("http://none");
  expect(Object.fromEntries(searchParams)).toEqual({ bbox: "1,50,2,55", scope: "s0", since: "c1" });
  expect(set.list().map(({ station_id }) => station_id)).toEqual([2]);
});

test("only a box can be moved", () => {
  expect(() => clientOn(new FakePlatform()).all().moveTo(box(0))).toThrow(TypeError);
});
