// Stations by id: channels of one socket, each with a position of its own.

import { expect, test } from "vitest";
import type { Client } from "../../src/index.ts";
import { clientOn, FakePlatform, FakeStream, problem, settled, snapshot, station, update } from "./platform.ts";

const confirmed = (...ids: number[]) => subscribed(false, ...ids);
const subscribed = (recovered: boolean, ...ids: number[]) => ({
  type: "subscribed",
  channels: ids.map((id) => ({ channel: `station_${id}`, recovered })),
});

type Channels = { channel: string; since?: string }[];

async function list(ids: number[], platform = new FakePlatform()) {
  const client = clientOn(platform);
  const set = client.ids(ids);
  await platform.pass(0);
  return { platform, client, set };
}

/** What the latest socket was asked to follow beside its address, as `id` or `id@cursor`. */
function asked(platform: FakePlatform): string[] {
  const requests = platform.socket.sent.filter(({ type }) => type === "subscribe");
  return requests.flatMap(({ channels }) =>
    (channels as Channels).map(({ channel, since }) => `${channel.slice(8)}${since ? `@${since}` : ""}`),
  );
}

const reconnect = (platform: FakePlatform) => platform.reconnect();

/** Both stations have their state, and a ping behind it was answered. */
async function settledPair() {
  const { platform, client, set } = await list([1, 2]);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)), confirmed(2), snapshot("c2", station(2, 2)));
  await platform.pass(20_000);
  platform.socket.say({ type: "pong", timestamp: platform.time });
  return { platform, client, set };
}

test("the first is in the address, the others are subscribed to", async () => {
  const { platform, set } = await list([1, 2, 3]);
  expect(platform.socket.url.pathname).toBe("/ws/stations/1/");
  platform.socket.greet();
  expect(asked(platform)).toEqual(["2", "3"]);
  platform.socket.say(snapshot("c1", station(1, 1)));
  expect(set.ready()).toBe(false);
  platform.socket.say(confirmed(2, 3), snapshot("c2", station(2, 2)), snapshot("c3", station(3, 3)));
  expect(set.ready()).toBe(true);
  expect(set.list().map(({ revision }) => revision)).toEqual([1, 2, 3]);
});

test("a channel whose missed messages have not come is resumed from where it stood, not from where another stands", async () => {
  const { platform, set } = await settledPair();
  platform.socket.say(update(1, 10, "c10"));
  await reconnect(platform);
  expect(platform.socket.since).toBe("c10");
  platform.socket.greet({ recovered: true, cursor: "c20" });
  expect(asked(platform)).toEqual(["2@c10"]);
  // The first has caught up when the connection breaks; of the second nothing has come.
  platform.socket.say(update(1, 15, "c15"));
  await reconnect(platform);
  expect(platform.socket.since).toBe("c15");
  platform.socket.greet({ recovered: true, cursor: "c20" });
  expect(asked(platform)).toEqual(["2@c10"]);
  platform.socket.say(subscribed(true, 2), update(2, 12, "c12"));
  await reconnect(platform);
  platform.socket.greet({ recovered: true, cursor: "c20" });
  expect(asked(platform)).toEqual(["2@c12"]);
  expect(set.list().map(({ revision }) => revision)).toEqual([15, 12]);
});

test("without a pong behind it, a confirmation does not make a cursor speak for all", async () => {
  const { platform } = await list([1, 2]);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)), confirmed(2), snapshot("c2", station(2, 2)), update(1, 9, "c9"));
  await reconnect(platform);
  platform.socket.greet({ recovered: true, cursor: "c9" });
  expect(asked(platform)).toEqual(["2@c2"]);
});

test("a quiet channel moves on with the others, and with a position", async () => {
  const { platform } = await settledPair();
  platform.socket.say(update(1, 9, "c9"), { type: "position", cursor: "c11" });
  await reconnect(platform);
  expect(platform.socket.since).toBe("c11");
  platform.socket.greet({ recovered: true, cursor: "c11" });
  expect(asked(platform)).toEqual(["2@c11"]);
});

test("a channel without its state is not resumed", async () => {
  const { platform } = await list([1, 2]);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)), confirmed(2));
  await reconnect(platform);
  platform.socket.greet({ recovered: true, cursor: "c1" });
  expect(asked(platform)).toEqual(["2"]);
});

test("a channel that could not be resumed takes the state that comes, also a lower revision", async () => {
  const { platform, set } = await settledPair();
  await reconnect(platform);
  platform.socket.greet({ recovered: true, cursor: "c2" });
  platform.socket.say(confirmed(2));
  expect(set.get(2)?.revision).toBe(2);
  platform.socket.say(snapshot("c1", station(2, 1)));
  expect([set.get(1)?.revision, set.get(2)?.revision]).toEqual([1, 1]);
});

test("stations are unknown that nobody made, or that were removed; a state makes them known", async () => {
  const { platform, set } = await list([9, 1]);
  platform.answers.push(() => problem(404, "station-not-found"));
  platform.socket.end(1006);
  await settled();
  expect(platform.socket.url.pathname).toBe("/ws/stations/1/");
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)));
  platform.socket.say({ type: "subscribed", channels: [{ channel: "station_9", error: "unknown_channel" }] });
  expect([set.ready(), set.unknown()]).toEqual([true, [9]]);
  platform.socket.say(update(1, 2, "c2", { status: "removed" }));
  expect([set.ready(), set.unknown()]).toEqual([true, [9, 1]]);
  await reconnect(platform);
  platform.socket.greet();
  platform.socket.say(snapshot("c3", station(9, 3)));
  expect(set.unknown()).toEqual([1]);
});

test("an unknown station is asked for again: it may have been made", async () => {
  const { platform, set } = await list([1, 9]);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)));
  platform.socket.say({ type: "subscribed", channels: [{ channel: "station_9", error: "unknown_channel" }] });
  await platform.pass(20_000);
  expect(asked(platform)).toEqual(["9", "9"]);
  platform.socket.say(confirmed(9));
  expect([set.ready(), set.unknown()]).toEqual([true, [9]]);
  platform.socket.say(snapshot("c2", station(9, 2)));
  expect(set.unknown()).toEqual([]);
  platform.socket.say({ type: "pong", timestamp: platform.time });
  await platform.pass(25_000);
  expect(asked(platform)).toEqual(["9", "9"]);
});

test("unknown stations take turns in the address while nothing else is asked for", async () => {
  const { platform } = await list([8, 9]);
  const paths: string[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    paths.push(platform.socket.url.pathname);
    platform.answers.push(() => problem(404, "station-not-found"));
    platform.socket.end(1006);
    await platform.pass(attempt === 0 ? 0 : 20_000);
  }
  expect(paths).toEqual(["/ws/stations/8/", "/ws/stations/9/", "/ws/stations/8/", "/ws/stations/9/"]);
});

test("a list of which nothing exists is refused until something is added", async () => {
  const { platform, client, set } = await list([9]);
  platform.answers.push(() => problem(404, "station-not-found"));
  platform.socket.end(1006);
  await settled();
  expect([set.connection.get().phase, set.ready(), set.unknown()]).toEqual(["refused", true, [9]]);
  client.ids([1]);
  await platform.pass(300);
  expect(platform.socket.url.pathname).toBe("/ws/stations/1/");
});

test("rows that mount and unmount together are one request, and what is asked for again at once was never left", async () => {
  const { platform, client, set } = await list([1]);
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)));
  await platform.pass(300);
  const rows = [2, 3, 4, 5].map((id) => client.ids([id]));
  set.close();
  const again = client.ids([1]);
  rows[3]?.close();
  await platform.pass(300);
  expect(platform.socket.sent).toEqual([
    { type: "subscribe", channels: [{ channel: "station_2" }, { channel: "station_3" }, { channel: "station_4" }] },
  ]);
  platform.socket.say(update(1, 2, "c2"));
  expect(again.get(1)?.revision).toBe(2);
});

test("what nobody wants any more is unsubscribed, forgotten and not heard", async () => {
  const { platform, client, set } = await settledPair();
  const second = client.ids([2]);
  const heard: number[] = [];
  second.on("inventory_update", ({ station_id }) => heard.push(station_id));
  set.close();
  await platform.pass(300);
  expect(platform.socket.sent.at(-1)).toEqual({ type: "unsubscribe", channels: ["station_1"] });
  platform.socket.say(update(1, 8, "c8"), update(2, 9, "c9"));
  expect(heard).toEqual([2]);
  await reconnect(platform);
  expect(platform.socket.url.href).toBe("ws://swapwire/ws/stations/2/?since=c9");
});

test("each list hears and shows its own stations only, and keeps its array until one of them changes", async () => {
  const { platform, client } = await settledPair();
  const mine = client.ids([2]);
  const before = mine.list();
  const heard: number[][] = [];
  mine.subscribe((changed) => heard.push([...changed]));
  platform.socket.say(update(1, 8, "c8"));
  await settled();
  expect([mine.list() === before, mine.get(1), heard]).toEqual([true, undefined, []]);
  platform.socket.say(update(2, 9, "c9"));
  await settled();
  expect([mine.list().map(({ revision }) => revision), heard]).toEqual([[9], [[2]]]);
});

test("more than a socket may follow are picked out of all", async () => {
  const ids = Array.from({ length: 101 }, (_, index) => index + 1);
  const { platform, set } = await list(ids);
  expect(platform.socket.url.pathname).toBe("/ws/stations/");
  platform.socket.greet();
  platform.socket.say(snapshot(null, ...ids.slice(0, 60).map((id) => station(id, 1)), station(500, 1)));
  platform.socket.say(snapshot("c1", ...ids.slice(60, 100).map((id) => station(id, 1))));
  expect([set.ready(), set.list().length, set.unknown()]).toEqual([true, 100, [101]]);
  platform.socket.say(update(101, 5, "c5"));
  expect([set.list().length, set.unknown()]).toEqual([101, []]);
  await reconnect(platform);
  expect(platform.socket.since).toBe("c5");
});

test("an event stream follows one by its path, and several out of all from one cursor", async () => {
  const platform = new FakePlatform();
  platform.openSocket = undefined;
  const streams = [new FakeStream(), new FakeStream(), new FakeStream()];
  platform.answers.push(...streams.map((stream) => () => stream.response));
  const { client, set } = (await list([1], platform)) as { client: Client; set: ReturnType<Client["ids"]> };
  const greet = (stream: FakeStream | undefined, cursor: string, ...ids: number[]) =>
    stream?.say(
      { type: "connection_established", recovered: false, cursor: null, heartbeat_s: 25 },
      snapshot(cursor, ...ids.map((id) => station(id, 1))),
    );
  greet(streams[0], "c1", 1);
  await platform.pass(300);
  expect(set.ready()).toBe(true);
  const both = client.ids([1, 2]);
  greet(streams[1], "c2", 1, 2, 3);
  await platform.pass(300);
  expect(both.list().map(({ station_id }) => station_id)).toEqual([1, 2]);
  streams[1]?.end();
  await platform.pass(500);
  expect(platform.requests.map(({ url }) => url.pathname + url.search)).toEqual([
    "/sse/stations/1/",
    "/sse/stations/",
    "/sse/stations/?since=c2",
  ]);
});
