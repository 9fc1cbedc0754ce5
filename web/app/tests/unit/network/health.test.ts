import { describe, expect, it } from "vitest";
import { type Ask, askParts, healthOf, judge } from "../../../src/network/health/parts.ts";

const answers = (bodies: Record<string, { status: number; body: unknown } | Error>): Ask => {
  return async (path) => {
    const answer = bodies[path] ?? { status: 404, body: { title: "Not found" } };
    if (answer instanceof Error) throw answer;
    return { status: answer.status, json: async () => answer.body };
  };
};

const list = { status: 200, body: { parts: ["inventory", "gateway-1", "gateway-2", "gateway-3"] } };
const ready = { status: 200, body: { status: "ready", dependencies: { feed: "ok" } } };

describe("the health of the parts", () => {
  it("is what each of the named parts says, without one that is not there any more", async () => {
    const parts = await askParts(
      answers({
        "/health/parts/": list,
        "/health/parts/inventory/": { status: 200, body: { status: "unready", dependencies: { postgres: "refused" } } },
        "/health/parts/gateway-1/": ready,
        "/health/parts/gateway-2/": new Error("offline"),
      }),
    );
    expect(parts).toEqual([
      {
        name: "inventory",
        health: { kind: "report", status: "unready", dependencies: [{ name: "postgres", state: "refused" }] },
      },
      { name: "gateway-1", health: { kind: "report", status: "ready", dependencies: [{ name: "feed", state: "ok" }] } },
      { name: "gateway-2", health: { kind: "away" } },
    ]);
  });

  it("can't be told where nobody names the parts", async () => {
    await expect(askParts(answers({}))).rejects.toThrow();
  });

  it("is away where the proxy answers in the part's place, and refused where it is not told", () => {
    expect(healthOf(503, { title: "Service unavailable" })).toEqual({ kind: "away" });
    expect(healthOf(502, null)).toEqual({ kind: "away" });
    expect(healthOf(403, { title: "Forbidden" })).toEqual({ kind: "refused", status: 403 });
  });

  it("is not ready where it uses a word that we don't know", () => {
    expect(healthOf(200, { status: "sleepy", dependencies: {} })).toMatchObject({ status: "unready" });
  });
});

describe("the whole", () => {
  const part = (status: "ready" | "degraded" | "unready") => ({
    name: status,
    health: { kind: "report" as const, status, dependencies: [] },
  });

  it("is as its worst part", () => {
    expect(judge([part("ready")])).toEqual({ tone: "good", broken: 0, degraded: 0 });
    expect(judge([part("ready"), part("degraded")])).toEqual({ tone: "warn", broken: 0, degraded: 1 });
    expect(judge([part("degraded"), part("unready"), { name: "x", health: { kind: "away" } }])).toEqual({
      tone: "bad",
      broken: 2,
      degraded: 1,
    });
  });
});
