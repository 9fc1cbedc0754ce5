// How a connection comes, goes and comes back.

import { expect, test } from "vitest";
import { answer, clientOn, FakePlatform, FakeStream, problem, settled, snapshot, station, update } from "./platform.ts";

/** A client of all stations, its platform and its state. */
async function wall(platform = new FakePlatform()) {
  const client = clientOn(platform);
  const all = client.all();
  await settled();
  return { platform, client, all, state: () => all.connection.get() };
}

test("it connects, is live with the greeting, and idle when closed", async () => {
  const { platform, client, state } = await wall();
  expect(state()).toEqual({ phase: "connecting" });
  expect(platform.socket.url.href).toBe("ws://swapwire/ws/stations/");
  expect(platform.socket.protocols).toEqual(["swap.v1"]);
  platform.socket.greet();
  expect(state()).toEqual({ phase: "live", transport: "websocket", roundTripMs: null });
  client.close();
  expect(state()).toEqual({ phase: "idle" });
  expect(platform.socket.readyState).toBe(3);
});

test("waits double from one loss to the next, up to half a minute", async () => {
  const { platform, state } = await wall();
  const waits: number[] = [];
  for (let loss = 0; loss < 8; loss += 1) {
    platform.socket.greet();
    platform.socket.end(1006);
    const waiting = state();
    if (waiting.phase !== "waiting") throw new Error(waiting.phase);
    waits.push(waiting.retryAt - platform.time);
    await platform.pass(waiting.retryAt - platform.time);
    expect(state()).toEqual({ phase: "connecting" });
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("chance spreads a wait over its second half", async () => {
  const { platform, state } = await wall();
  platform.chance = 0;
  platform.socket.greet();
  platform.socket.end(1006);
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 250 });
});

test("a connection that was steady begins the waits anew", async () => {
  const { platform, state } = await wall();
  for (const live of [0, 0, 11_000]) {
    platform.socket.greet();
    await platform.pass(live);
    platform.socket.end(1006);
    await platform.pass(live === 0 ? 2_000 : 0);
  }
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 500 });
});

test("a restarting gateway's hint is the wait", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  platform.socket.end(1012, '{"retry_after_ms":1234}');
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 1_234 });
});

test("who talked too fast waits longer", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  platform.socket.end(4429);
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 5_000 });
});

test("the device wakes up: what waits connects at once, what seems live is asked", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  platform.socket.end(1012, '{"retry_after_ms":60000}');
  platform.wake();
  await settled();
  expect(platform.sockets).toHaveLength(2);
  platform.socket.greet();
  platform.wake();
  expect(platform.socket.sent).toEqual([{ type: "ping", timestamp: platform.time }]);
  await platform.pass(10_000);
  expect(state().phase).toBe("waiting");
});

test("a pong tells the round trip; silence after a ping ends the connection", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  await platform.pass(20_000);
  const [ping] = platform.socket.sent;
  await platform.pass(40);
  platform.socket.say({ type: "pong", timestamp: ping?.timestamp });
  expect(state()).toEqual({ phase: "live", transport: "websocket", roundTripMs: 40 });
  await platform.pass(20_000);
  expect(state().phase).toBe("live");
  await platform.pass(10_000);
  expect(state().phase).toBe("waiting");
});

test("a gateway that hears nothing is stale until it does", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  platform.socket.say({ type: "feed", stale_since: "2026-01-01T00:00:00Z" });
  expect(state()).toEqual({ phase: "stale", since: "2026-01-01T00:00:00Z" });
  await platform.pass(20_000);
  platform.socket.say({ type: "pong", timestamp: 0 });
  expect(state().phase).toBe("stale");
  platform.socket.say({ type: "feed", stale_since: null });
  expect(state().phase).toBe("live");
});

test("an upgrade that is refused is refused for the reason that the event stream's path gives", async () => {
  const { platform, client, state } = await wall();
  platform.answers.push(() => problem(403, "foreign-origin"));
  platform.socket.end(1006);
  await settled();
  expect(state()).toMatchObject({ phase: "refused", error: { status: 403, code: "foreign-origin" } });
  await platform.pass(600_000);
  expect(platform.sockets).toHaveLength(1);
  client.retry();
  await settled();
  expect(platform.sockets).toHaveLength(2);
});

test("a gateway that is not ready is asked again after its Retry-After", async () => {
  const { platform, state } = await wall();
  platform.answers.push(() => answer(503, { status: 503, code: "not-live", detail: "" }, { "Retry-After": "7" }));
  platform.socket.end(1006);
  await settled();
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 7_000 });
});

test("where WebSockets fail twice and event streams don't, event streams serve for ten minutes", async () => {
  const { platform, all, state } = await wall();
  let blockedAt = 0;
  for (const failure of [1, 2]) {
    platform.answers.push(() => new FakeStream().response);
    platform.socket.end(1006);
    blockedAt = platform.time;
    const stream = new FakeStream();
    if (failure === 2) platform.answers.push(() => stream.response);
    await platform.pass(500);
    if (failure === 1) continue;
    stream.say({ type: "connection_established", recovered: false, cursor: null, heartbeat_s: 25 });
    stream.say(snapshot("c1", station(1, 1)));
    await settled();
    expect(state()).toEqual({ phase: "live", transport: "sse", roundTripMs: null });
    expect(all.get(1)?.station_name).toBe("Station 1");
    // A gateway that ends says when to come back.
    stream.write("retry: 600000\n\n");
    stream.end();
    await settled();
    expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 60_000 });
  }
  const again = new FakeStream();
  platform.answers.push(() => again.response);
  await platform.pass(60_000);
  expect(platform.requests.at(-1)?.url.href).toBe("http://swapwire/sse/stations/?since=c1");
  again.end();
  await platform.pass(blockedAt + 599_999 - platform.time);
  expect(platform.sockets).toHaveLength(2);
  // No attempt is further away than the longest wait.
  await platform.pass(30_001);
  expect(platform.sockets.length).toBeGreaterThan(2);
});

test("a server that answers again after failures is asked soon", async () => {
  const { platform, state } = await wall();
  for (const wait of [500, 1_000, 2_000, 4_000]) {
    platform.answers.push(() => answer(503, { status: 503, code: "not-live", detail: "" }));
    platform.socket.end(1006);
    await settled();
    expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + wait });
    await platform.pass(wait);
  }
  platform.answers.push(() => new FakeStream().response);
  platform.socket.end(1006);
  await settled();
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 500 });
});

test("an upgrade that nobody answers counts as blocked", async () => {
  const { platform } = await wall();
  platform.answers.push(() => new FakeStream().response);
  await platform.pass(10_500);
  expect(platform.requests.map(({ url }) => url.pathname)).toEqual(["/sse/stations/"]);
  expect(platform.sockets).toHaveLength(2);
});

test("an event stream without a sign of life for two heartbeats ends, a comment keeps it", async () => {
  const platform = new FakePlatform();
  platform.openSocket = undefined;
  const stream = new FakeStream();
  platform.answers.push(() => stream.response);
  const { state } = await wall(platform);
  stream.say({ type: "connection_established", recovered: false, cursor: null, heartbeat_s: 25 });
  await platform.pass(50_000);
  stream.write(":\n\n");
  await platform.pass(50_000);
  expect(state().phase).toBe("live");
  await platform.pass(10_000);
  expect(state().phase).toBe("waiting");
});

test("a frame that can't be read ends the connection: to go on behind it would be a hole", async () => {
  const { platform, state } = await wall();
  platform.socket.greet();
  platform.socket.say(snapshot("c1", station(1, 1)));
  platform.socket.onmessage?.({ data: '{"type":"inventory_up' });
  platform.socket.say(update(1, 2, "c3"));
  expect(state().phase).toBe("waiting");
  await platform.pass(500);
  expect(platform.socket.since).toBe("c1");
});

test("the client shows the worst of its connections", async () => {
  const { platform, client } = await wall();
  platform.socket.greet();
  expect(client.connection.get().phase).toBe("live");
  client.box([1, 2, 3, 4]);
  await settled();
  expect(client.connection.get().phase).toBe("connecting");
  platform.socket.greet();
  platform.sockets[0]?.end(1006);
  expect(client.connection.get().phase).toBe("waiting");
});
