// Clients of every kind on two gateways while everything changes, connections are cut, stalled and delayed, and
// gateways are restarted and killed. At rest every view is what GET /stations/ says, and no rider has missed a message
// or heard one twice. SWAPWIRE_TEST_SEED=<number> makes the same choices again.

import { afterEach, expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { closeAll, gatewayUrls, supervise } from "./instance.ts";
import { type Truth, type Watcher, watchers } from "./watchers.ts";
import { World } from "./world.ts";

const CHAOS_MS = 20_000;
const REST_MS = 60_000;

afterEach(closeAll);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One of the things that happen to a connection. */
async function harm(chance: Chance, { proxy }: Watcher): Promise<void> {
  switch (chance.between(0, 4)) {
    case 0:
      return proxy.cut();
    case 1:
      proxy.stall(true);
      await pause(chance.between(100, 3_000));
      return proxy.stall(false);
    case 2:
      proxy.delay(chance.between(10, 500));
      await pause(chance.between(100, 3_000));
      return proxy.delay(0);
    case 3:
      proxy.cutBehind(chance.between(300, 3_000));
      proxy.cut();
      await pause(chance.between(1_000, 3_000));
      return proxy.cutBehind(Number.POSITIVE_INFINITY);
    default:
      proxy.refuse(true);
      proxy.cut();
      await pause(chance.between(100, 2_000));
      return proxy.refuse(false);
  }
}

async function endGateways(chance: Chance, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(chance.between(2_000, 5_000));
    const gateway = `gateway-${chance.between(1, gatewayUrls.length)}`;
    await (chance.next() < 0.5 ? supervise("restart", gateway) : supervise("signal", "KILL", gateway));
  }
}

async function untilReady(gateway: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${gateway}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await pause(100);
  }
}

async function truthOf(world: World): Promise<Truth> {
  const inboxes = await Promise.all(world.riders.map(async (rider) => [rider, await world.inboxOf(rider)] as const));
  return { stations: await world.truth(), inboxes: new Map(inboxes) };
}

/** What is still wrong, by watcher. */
async function faultsAtRest(world: World, watching: readonly Watcher[]): Promise<Record<string, string[]>> {
  const end = Date.now() + REST_MS;
  for (;;) {
    const truth = await truthOf(world);
    const faulty = watching.flatMap((watcher) => {
      const faults = watcher.faults(truth);
      const state = JSON.stringify(watcher.client.connection.get());
      return faults.length > 0 ? [[`${watcher.name}, ${state}, restarts ${watcher.restarts}`, faults] as const] : [];
    });
    if (faulty.length === 0 || Date.now() > end) return Object.fromEntries(faulty);
    await pause(250);
  }
}

test("whatever happens, every view ends as it is and every message is heard once", async () => {
  const seed = Number(process.env.SWAPWIRE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SWAPWIRE_TEST_SEED=${seed}`);
  const chance = new Chance(seed);
  const world = new World(new Chance(seed + 1));
  await world.begin(20);
  const watching = await watchers(world);
  for (const watcher of watching) watcher.act(chance, world);
  // What comes before the first greeting is history, and not heard.
  expect(await faultsAtRest(world, watching)).toEqual({});

  const end = Date.now() + CHAOS_MS;
  const isOver = () => Date.now() > end;
  const again = async (act: () => unknown) => {
    while (!isOver()) await act();
  };
  const step = async () => {
    await world.step();
    // A user may ask for 20 things a second.
    await pause(60);
  };
  await Promise.all([
    again(step),
    again(step),
    ...Array.from({ length: 4 }, () => again(() => harm(chance, chance.one(watching)))),
    again(async () => {
      chance.one(watching).act(chance, world);
      await pause(chance.between(0, 200));
    }),
    endGateways(new Chance(seed + 2), isOver),
  ]);

  for (const { proxy } of watching) proxy.heal();
  await Promise.all(gatewayUrls.map(untilReady));
  for (const { client } of watching) client.retry();
  const faults = await faultsAtRest(world, watching);
  console.log(`${world.changes} changes, ${watching.reduce((sum, { restarts }) => sum + restarts, 0)} fresh starts`);
  for (const { proxy } of watching) proxy.close();
  expect(faults).toEqual({});
});
