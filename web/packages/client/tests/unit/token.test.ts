// Tokens: renewed in place, asked for anew when refused, never in a hurry.

import { expect, test } from "vitest";
import { clientOn, FakePlatform, jwt, problem, settled } from "./platform.ts";

const HOUR = 3_600_000;

/** A rider whose tokens come from a list; the last one stays. */
async function phone(platform: FakePlatform, ...tokens: (string | null)[]) {
  const refused: (string | undefined)[] = [];
  const token = (bad?: string) => {
    refused.push(bad);
    return (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? null;
  };
  const client = clientOn(platform, { token, shareTabs: false });
  const rider = client.rider();
  await settled();
  return { client, rider, refused, state: () => rider.connection.get() };
}

const bearer = (platform: FakePlatform) => platform.socket.protocols[1]?.slice("bearer.".length);

test("a token travels as a subprotocol, and its successor over the same socket after four fifths of its time", async () => {
  const platform = new FakePlatform();
  const [first, second] = [jwt("7", platform.time + HOUR, "1"), jwt("7", platform.time + 2 * HOUR, "2")];
  await phone(platform, first, first, second);
  expect(platform.socket.protocols).toEqual(["swap.v1", `bearer.${first}`]);
  platform.socket.greet();
  platform.time += 0.8 * HOUR - 1_000;
  platform.socket.say({ type: "position", cursor: "c1" });
  await platform.pass(2_000);
  expect(platform.socket.sent.filter(({ type }) => type === "authenticate")).toEqual([
    { type: "authenticate", token: second },
  ]);
  expect(platform.sockets).toHaveLength(1);
});

test("a token that holds for a year is not renewed all the time", async () => {
  const platform = new FakePlatform();
  await phone(platform, jwt("7", platform.time + 8_760 * HOUR));
  platform.socket.greet();
  await platform.pass(5_000);
  expect(platform.socket.sent).toEqual([]);
});

test("the source hears which token was refused; when its next one is, too, that is final", async () => {
  const platform = new FakePlatform();
  const { refused, state, client } = await phone(platform, "a", "b", "c");
  refused.length = 0;
  platform.answers.push(() => problem(401, "unauthenticated"));
  platform.socket.end(1006);
  await settled();
  expect([bearer(platform), refused]).toEqual(["b", ["a"]]);
  platform.answers.push(() => problem(401, "unauthenticated"));
  platform.socket.end(1006);
  await settled();
  expect(state()).toMatchObject({ phase: "refused", error: { status: 401 } });
  client.retry();
  await settled();
  expect([bearer(platform), refused]).toEqual(["c", ["a", "b"]]);
});

test("an expired token is replaced at once, but tokens that expire on arrival are not tried in a hurry", async () => {
  const platform = new FakePlatform();
  const { state } = await phone(platform, "short");
  platform.socket.greet();
  platform.socket.end(4401, "token expired");
  await settled();
  expect(state().phase).toBe("connecting");
  platform.socket.greet();
  platform.socket.end(4401, "token expired");
  expect(state().phase).toBe("waiting");
  await platform.pass(500);
  platform.socket.greet();
  platform.socket.end(4401, "token expired");
  expect(state()).toEqual({ phase: "waiting", retryAt: platform.time + 1_000 });
});

test("a source that fails or never answers is asked again", async () => {
  const platform = new FakePlatform();
  let asked = 0;
  const token = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error("offline")) : new Promise<string>(() => {});
  };
  const rider = clientOn(platform, { token, shareTabs: false }).rider();
  await settled();
  expect(rider.connection.get().phase).toBe("waiting");
  await platform.pass(10_500);
  expect(rider.connection.get().phase).toBe("waiting");
  await platform.pass(1_000);
  expect(asked).toBe(3);
});
