// Requests: typed, retried where that is safe, with problems as errors.

import { expect, test } from "vitest";
import { SwapwireError } from "../../src/index.ts";
import { answer, clientOn, FakePlatform, problem, type Request, settled } from "./platform.ts";

function api(token?: (refused?: string) => string | null) {
  const platform = new FakePlatform();
  return { platform, http: clientOn(platform, token ? { token } : {}).http };
}

const keys = (requests: readonly Request[]) => requests.map(({ headers }) => headers?.["Idempotency-Key"]);

test("a path is filled, a query encoded, a body is JSON", async () => {
  const { platform, http } = api(() => "token");
  platform.answers.push(
    () => answer(200, { id: 5 }),
    () => answer(204, null),
  );
  await http.get("/stations/", { query: { bbox: "1,2,3,4", limit: 5 } });
  const body = { name: "Two" };
  const nothing = await http.patch("/stations/{station_id}/", { path: { station_id: 7 }, body });
  const [get, patch] = platform.requests;
  expect(get?.url.href).toBe("http://swapwire/stations/?bbox=1%2C2%2C3%2C4&limit=5");
  expect([patch?.method, patch?.url.pathname, patch?.body]).toEqual(["PATCH", "/stations/7/", '{"name":"Two"}']);
  expect(patch?.headers).toEqual({
    Accept: "application/json",
    Authorization: "Bearer token",
    "Content-Type": "application/json",
  });
  expect(nothing).toBeUndefined();
});

test("a booking whose answer is lost is asked again with its key, another booking has another", async () => {
  const { platform, http } = api(() => "token");
  platform.answers.push(
    () => Promise.reject(new TypeError("fetch failed")),
    () => problem(409, "idempotency-key-in-flight"),
    () => answer(502, "<html>"),
    () => answer(503, { status: 503, code: "unready", detail: "" }, { "Retry-After": "9" }),
    () => answer(201, { id: 12 }),
    () => answer(201, { id: 13 }),
  );
  const booked = http.book(1, 2);
  await platform.pass(500 + 1_000 + 2_000 + 8_900);
  expect(platform.requests).toHaveLength(4);
  await platform.pass(100);
  expect(await booked).toEqual({ id: 12 });
  await http.book(1, 2);
  const [first, ...others] = keys(platform.requests);
  expect(first).toBeTruthy();
  expect(others.slice(0, 4)).toEqual([first, first, first, first]);
  expect(others[4]).not.toBe(first);
  expect(platform.requests.map(({ body }) => body)).toEqual(Array(6).fill('{"station":1,"battery":2}'));
});

test("a stalled answer is given up", async () => {
  const { platform, http } = api();
  const stall = ({ signal }: Request) =>
    new Promise<never>((_, reject) => {
      (signal as AbortSignal).addEventListener("abort", () => reject(new Error("aborted")));
    });
  platform.answers.push(stall, () => answer(200, { items: [], next: null }));
  const asked = http.get("/stations/");
  await platform.pass(20_500);
  expect(await asked).toEqual({ items: [], next: null });
});

test("what was refused for good is not asked again, and says why", async () => {
  const { platform, http } = api(() => "token");
  const errors = [{ field: "station", message: "too many" }];
  platform.answers.push(() => answer(422, { status: 422, code: "validation", detail: "No.", errors }));
  const refusal = await http.book(1).catch((error) => error);
  expect(refusal).toBeInstanceOf(SwapwireError);
  expect(refusal).toMatchObject({ status: 422, code: "validation", message: "No.", fields: errors });
  expect(platform.requests).toHaveLength(1);
});

test("a change that is not idempotent is asked once", async () => {
  const { http, platform } = api(() => "token");
  const body = { user_id: 1, title: "", message: "", level: "info" as const };
  await expect(http.post("/notifications/", { body })).rejects.toMatchObject({ status: 0, code: "network" });
  expect(platform.requests).toHaveLength(1);
});

test("six attempts are enough", async () => {
  const { http, platform } = api();
  const asked = http.get("/stations/").catch((error) => error);
  await platform.pass(60_000);
  expect(await asked).toMatchObject({ status: 0, code: "network", message: "fetch failed" });
  expect(platform.requests).toHaveLength(6);
});

test("a token that ran out on the way is replaced once", async () => {
  const refused: (string | undefined)[] = [];
  const { platform, http } = api((bad) => {
    refused.push(bad);
    return bad === undefined ? "old" : "new";
  });
  platform.answers.push(
    () => problem(401, "unauthenticated"),
    () => problem(401, "unauthenticated"),
  );
  await expect(http.get("/user/orders/")).rejects.toMatchObject({ status: 401 });
  await settled();
  expect(platform.requests.map(({ headers }) => headers?.Authorization)).toEqual(["Bearer old", "Bearer new"]);
  expect(refused).toEqual([undefined, "old"]);
});
