// @vitest-environment happy-dom
// Requests by key, statistics and preferences.

import { expect, test, vi } from "vitest";
import { usePreferences, useRefresh, useRequest, useStatistics } from "../../src/index.ts";
import { Gateway, refusal } from "./gateway.ts";
import { settle, use } from "./page.tsx";

/** Requests that wait to be answered, in their order. */
function waiting() {
  const answers: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const load = () => new Promise<string>((resolve, reject) => answers.push({ resolve, reject }));
  return { answers, load };
}

test("components with the same key share one request and its answer, in StrictMode too", async () => {
  const { client } = new Gateway();
  const { answers, load } = waiting();
  const one = await use(client, () => useRequest("list", () => load()), { strict: true });
  const other = await use(client, () => useRequest("list", () => load()));
  expect(one.seen.current).toMatchObject({ data: undefined, loading: true, error: null });
  expect(answers).toHaveLength(1);
  await settle(() => answers[0]?.resolve("an answer"));
  expect(one.seen.current).toMatchObject({ data: "an answer", loading: false });
  expect(other.seen.current).toMatchObject({ data: "an answer", loading: false });
  const { renders } = one.seen;
  await one.again();
  await one.again();
  expect(answers).toHaveLength(1);
  expect(one.seen.renders - renders).toBeLessThanOrEqual(4);
});

test("what was answered is shown while it is asked for again, and when that fails", async () => {
  const { client } = new Gateway();
  const { answers, load } = waiting();
  const { seen } = await use(client, () => useRequest("list", load));
  await settle(() => answers[0]?.resolve("first"));
  await settle(() => void seen.current.refresh());
  expect(seen.current).toMatchObject({ data: "first", loading: true });
  await settle(() => answers[1]?.reject(new Error("no")));
  expect(seen.current).toMatchObject({ data: "first", loading: false, error: { message: "no" } });
  await settle(() => void seen.current.refresh());
  await settle(() => answers[2]?.resolve("second"));
  expect(seen.current).toMatchObject({ data: "second", error: null });
});

test("the answer to the newest question stays, whatever comes later", async () => {
  const { client } = new Gateway();
  const { answers, load } = waiting();
  const { seen } = await use(client, () => useRequest("list", load));
  await settle(() => void seen.current.refresh());
  await settle(() => answers[1]?.resolve("new"));
  expect(seen.current).toMatchObject({ data: "new", loading: false });
  await settle(() => answers[0]?.resolve("old"));
  expect(seen.current).toMatchObject({ data: "new", loading: false });
});

test("a screen that comes back shows the last answer in its first render; null asks nothing", async () => {
  const { client } = new Gateway();
  const { answers, load } = waiting();
  const first = await use(client, () => useRequest("list", load));
  await settle(() => answers[0]?.resolve("kept"));
  await first.unmount();
  const renders: (string | undefined)[] = [];
  await use(client, () => renders.push(useRequest("list", load).data ?? "nothing"));
  expect(renders[0]).toBe("kept");
  const none = await use(client, () => useRequest(null, load));
  expect(none.seen.current).toMatchObject({ data: undefined, loading: false });
});

test("another key: without an answer yet nothing is shown, or the one before if that is wished", async () => {
  const { client } = new Gateway();
  const { answers, load } = waiting();
  let key = "one";
  const plain = await use(client, () => useRequest(key, load));
  const kept = await use(client, () => useRequest(key, load, { keepPrevious: true }));
  await settle(() => answers[0]?.resolve("of one"));
  key = "two";
  await plain.again();
  await kept.again();
  expect(plain.seen.current).toMatchObject({ data: undefined, loading: true });
  expect(kept.seen.current).toMatchObject({ data: "of one", loading: true });
  await settle(() => answers[1]?.resolve("of two"));
  expect(kept.seen.current).toMatchObject({ data: "of two", loading: false });
});

test("after a change, all that begins with a name is asked again where it is shown", async () => {
  const { client } = new Gateway();
  let asked: string[] = [];
  const load = (key: string) => async () => asked.push(key);
  await use(client, () => useRequest("batteries 1", load("batteries 1")));
  await use(client, () => useRequest("stations", load("stations")));
  const gone = await use(client, () => useRequest("batteries 2", load("batteries 2")));
  await gone.unmount();
  const { seen } = await use(client, () => useRefresh());
  asked = [];
  await settle(() => void seen.current("batteries"));
  expect(asked).toEqual(["batteries 1"]);
  await use(client, () => useRequest("batteries 2", load("batteries 2")));
  expect(asked).toEqual(["batteries 1", "batteries 2"]);
});

test("is repeated while it is shown, and not while the page is hidden", async () => {
  const { client } = new Gateway();
  let asked = 0;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(false);
  try {
    const { unmount } = await use(client, () => useRequest("health", async () => ++asked, { everyMs: 5_000 }));
    const pass = (ms: number) => settle(() => void vi.advanceTimersByTime(ms));
    expect(asked).toBe(1);
    await pass(5_000);
    expect(asked).toBe(2);
    hidden.mockReturnValue(true);
    await pass(10_000);
    expect(asked).toBe(2);
    hidden.mockReturnValue(false);
    await pass(5_000);
    expect(asked).toBe(3);
    await unmount();
    await pass(20_000);
    expect(asked).toBe(3);
  } finally {
    hidden.mockRestore();
    vi.useRealTimers();
  }
});

test("statistics of the network, a box or a station; the last ones stay while others come", async () => {
  const gateway = new Gateway();
  gateway.route("GET /stats/", ({ query }) => ({ status: 200, body: { of: query.toString() } }));
  gateway.route("GET /stations/7/stats/", ({ query }) => ({ status: 200, body: { of: `station ${query}` } }));
  let query: Parameters<typeof useStatistics>[0] = { bucket: "day", bbox: [1, 2, 3, 4] };
  const seenData: unknown[] = [];
  const { again, seen } = await use(gateway.client, () => {
    const result = useStatistics(query);
    seenData.push(result.data);
    return result;
  });
  expect(seen.current.data).toEqual({ of: "bucket=day&bbox=1%2C2%2C3%2C4" });
  seenData.length = 0;
  query = { station: 7, bucket: "hour", from: "2026-01-01T00:00:00Z" };
  await again();
  expect(seen.current.data).toEqual({ of: "station from=2026-01-01T00%3A00%3A00Z&bucket=hour" });
  expect(seenData).not.toContain(undefined);
  expect(gateway.requests).toHaveLength(2);
});

test("preferences: each change shows at once, an earlier answer undoes none, a refusal undoes its own", async () => {
  const gateway = new Gateway();
  let held = { locale: "en", time_zone: "UTC", push: { booking_ready: false, booking_expired: false } };
  gateway.route("GET /user/preferences/", () => ({ status: 200, body: held }));
  const answers: (() => void)[] = [];
  gateway.route("PATCH /user/preferences/", async ({ body }) => {
    await new Promise<void>((resolve) => answers.push(resolve));
    const patch = body as { push?: object; time_zone?: string };
    if (patch.time_zone) return refusal(422, "invalid");
    held = { ...held, push: { ...held.push, ...patch.push } };
    return { status: 200, body: held };
  });
  const { seen } = await use(gateway.client, () => usePreferences());
  let reason: { code?: string } = {};
  await settle(() => {
    void seen.current.change({ push: { booking_ready: true } });
    void seen.current.change({ time_zone: "Nowhere/Else" }).catch((error) => (reason = error));
    void seen.current.change({ push: { booking_expired: true } });
  });
  const push = { booking_ready: true, booking_expired: true };
  expect(seen.current.preferences).toEqual({ locale: "en", time_zone: "Nowhere/Else", push });
  await settle(() => answers[0]?.());
  expect(seen.current.preferences).toEqual({ locale: "en", time_zone: "Nowhere/Else", push });
  await settle(() => answers[1]?.());
  expect(seen.current.preferences).toEqual({ locale: "en", time_zone: "UTC", push });
  expect(reason.code).toBe("invalid");
  await settle(() => answers[2]?.());
  expect(seen.current).toMatchObject({ preferences: held, error: { code: "invalid" } });
  expect(held.push).toEqual(push);
});
