// Bulk actions that tell what became of each row. One that the server takes one by one runs a few at a time; one that
// it takes all or nothing is halved until those that it refuses are alone.

import type { SwapwireError } from "@swapwire/client";
import { done, errorOf, type Outcome } from "./outcome.ts";

type Report<Item> = (item: Item, outcome: Outcome) => void;

const AT_ONCE = 4;
/** As many as the server takes in one request. */
const MOST = 1_000;
const MOST_WAITS = 8;
const SHORTEST_WAIT_MS = 500;

/** Acts on each row by itself. */
export async function runEach<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  report: Report<Item>,
): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const current = item;
      report(current, await outcomeOf(() => act(current)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Acts on all rows at once, which the server does in full or not at all. */
export async function runTogether<Item>(
  items: readonly Item[],
  act: (items: readonly Item[]) => Promise<unknown>,
  report: Report<Item>,
): Promise<void> {
  for (let from = 0; from < items.length; from += MOST) await runPart(items.slice(from, from + MOST), act, report);
}

async function runPart<Item>(
  items: readonly Item[],
  act: (items: readonly Item[]) => Promise<unknown>,
  report: Report<Item>,
): Promise<void> {
  const outcome = await outcomeOf(() => act(items));
  if (outcome.ok || items.length <= 1 || !isAboutOneRow(outcome.error)) {
    for (const item of items) report(item, outcome);
    return;
  }
  const middle = items.length >> 1;
  await runPart(items.slice(0, middle), act, report);
  await runPart(items.slice(middle), act, report);
}

/** Whether the others might be accepted without the one that was refused. */
function isAboutOneRow({ status, code }: SwapwireError): boolean {
  return code !== "station-not-found" && [404, 409, 413, 422].includes(status);
}

/** Too fast is no outcome: it waits as long as the server asks for. */
async function outcomeOf(act: () => Promise<unknown>): Promise<Outcome> {
  for (let waits = 0; ; waits += 1) {
    try {
      await act();
      return done;
    } catch (cause) {
      const error = errorOf(cause);
      if (error.status !== 429 || waits === MOST_WAITS) return { ok: false, error };
      await new Promise((resolve) => setTimeout(resolve, Math.max(error.retryAfterMs ?? 0, SHORTEST_WAIT_MS)));
    }
  }
}
