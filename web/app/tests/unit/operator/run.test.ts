import { SwapwireError } from "@swapwire/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Outcome } from "../../../src/operator/bulk/outcome.ts";
import { runEach, runTogether } from "../../../src/operator/bulk/run.ts";

const refusal = (status: number, code: string) => new SwapwireError({ status, code, detail: code });

function reporter() {
  const outcomes = new Map<number, Outcome>();
  const report = (item: number, outcome: Outcome) => {
    expect(outcomes.has(item)).toBe(false);
    outcomes.set(item, outcome);
  };
  const failed = () => [...outcomes].filter(([, { ok }]) => !ok).map(([item]) => item);
  return { outcomes, report, failed };
}

const upTo = (count: number) => Array.from({ length: count }, (_, item) => item);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("finds those that the server refuses in a request of all or nothing, and has the others accepted", async () => {
  const { outcomes, report, failed } = reporter();
  const bad = new Set([3, 600, 999]);
  const accepted: number[] = [];
  const act = vi.fn(async (items: readonly number[]) => {
    if (items.some((item) => bad.has(item))) throw refusal(409, "battery-elsewhere");
    accepted.push(...items);
  });
  await runTogether(upTo(1_500), act, report);
  expect(outcomes.size).toBe(1_500);
  expect(failed().sort((one, other) => one - other)).toEqual([3, 600, 999]);
  expect(accepted.sort((one, other) => one - other)).toEqual(upTo(1_500).filter((item) => !bad.has(item)));
  expect(Math.max(...act.mock.calls.map(([items]) => items.length))).toBe(1_000);
  // Halving: far from one request for each.
  expect(act.mock.calls.length).toBeLessThan(80);
});

it("does not look for a row to blame where the whole request is refused", async () => {
  for (const error of [refusal(404, "station-not-found"), refusal(403, "forbidden"), refusal(500, "internal")]) {
    const { report, failed } = reporter();
    const act = vi.fn(async () => {
      throw error;
    });
    await runTogether(upTo(8), act, report);
    expect(failed()).toEqual(upTo(8));
    expect(act).toHaveBeenCalledOnce();
  }
});

it("acts on each by itself, a few at a time, and goes on behind a refusal", async () => {
  const { outcomes, report, failed } = reporter();
  let under = 0;
  let most = 0;
  const act = async (item: number) => {
    under += 1;
    most = Math.max(most, under);
    await Promise.resolve();
    under -= 1;
    if (item % 5 === 0) throw refusal(409, "battery-booked");
  };
  await runEach(upTo(20), act, report);
  expect(outcomes.size).toBe(20);
  expect(failed()).toEqual([0, 5, 10, 15]);
  expect(most).toBe(4);
});

it("waits where the server says that it was too fast, as long as it says", async () => {
  const { report, failed, outcomes } = reporter();
  const times: number[] = [];
  const act = async () => {
    times.push(Date.now());
    if (times.length < 3) {
      throw new SwapwireError({ status: 429, code: "too-many-requests", detail: "" }, 2_000);
    }
  };
  const running = runEach([1], act, report);
  await vi.advanceTimersByTimeAsync(5_000);
  await running;
  expect(failed()).toEqual([]);
  expect(outcomes.size).toBe(1);
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 2_000, 4_000]);
});
