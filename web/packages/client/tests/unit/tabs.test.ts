// One connection for all tabs: followers, the leader's end, frozen leaders, and any order of all that.

import { expect, test } from "vitest";
import { type Client, connect, type Stations, SwapwireError } from "../../src/index.ts";
import { Chance } from "../live/chance.ts";
import { Browser, Server, type Tab } from "./browser.ts";
import { answer, clientOn, FakePlatform, jwt, problem, settled, snapshot, station, update } from "./platform.ts";

/** A server that knows some stations; change n makes the next of them revision n. */
class StationServer extends Server {
  readonly #count: number;

  constructor(count = 5) {
    super((length) => [snapshot(`c${length}`, ...this.revisions(length).map((revision, id) => station(id, revision)))]);
    this.#count = count;
  }

  /** The revision of each station after so many changes. */
  revisions(length = this.log.length): number[] {
    const revisions = Array<number>(this.#count).fill(0);
    for (let change = 1; change <= length; change += 1) revisions[change % this.#count] = change;
    return revisions;
  }

  change(): void {
    const next = this.log.length + 1;
    this.append(update(next % this.#count, next, ""));
  }
}

interface Page {
  tab: Tab;
  client: Client;
  all: Stations;
  heard: number[];
}

function openPage(browser: Browser): Page {
  const tab = browser.open();
  const client = clientOn(tab);
  const all = client.all();
  const heard: number[] = [];
  all.on("inventory_update", ({ revision }) => heard.push(revision));
  return { tab, client, all, heard };
}

const revisions = ({ all }: Page) =>
  all
    .list()
    .map(({ revision }) => revision)
    .sort((a, b) => a - b);

async function pages(count: number) {
  const browser = new Browser();
  const server = new StationServer();
  const opened: Page[] = [];
  for (let index = 0; index < count; index += 1) {
    opened.push(openPage(browser));
    await settled();
    await server.serve(browser.tabs);
  }
  const [first, second, third] = opened as [Page, Page, Page];
  return { browser, server, first, second, third };
}

test("tabs that follow have the leader's state, events and connection, and no socket", async () => {
  const { browser, server, first, second, third } = await pages(3);
  server.change();
  server.change();
  await server.serve(browser.tabs);
  expect(browser.tabs.map(({ sockets }) => sockets.length)).toEqual([1, 0, 0]);
  for (const page of [first, second, third]) {
    expect([revisions(page), page.heard, page.all.ready()]).toEqual([[0, 0, 0, 1, 2], [1, 2], true]);
    expect(page.all.connection.get()).toMatchObject({ phase: "live", transport: "websocket" });
  }
  first.tab.socket.end(1006);
  await settled();
  expect(third.all.connection.get()).toEqual(first.all.connection.get());
  third.client.retry();
  await settled();
  expect(first.tab.sockets).toHaveLength(2);
});

test("the leader's end hands over from its cursor, without a hole and without another snapshot", async () => {
  const { browser, server, first, second, third } = await pages(3);
  server.change();
  await server.serve(browser.tabs);
  const states = () => browser.said.filter((said) => "state" in said).length;
  const before = states();
  first.client.close();
  server.change();
  await settled();
  expect(second.tab.socket.since).toBe("c1");
  await server.serve(browser.tabs);
  server.change();
  await server.serve(browser.tabs);
  expect([second.heard, third.heard]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect([revisions(second), revisions(third)]).toEqual([
    [0, 0, 1, 2, 3],
    [0, 0, 1, 2, 3],
  ]);
  expect(states()).toBe(before);
  expect(third.tab.sockets).toHaveLength(0);
});

test("a tab that joins while the snapshot arrives gets a state when it is complete", async () => {
  const browser = new Browser();
  const first = openPage(browser);
  await settled();
  first.tab.socket.greet();
  first.tab.socket.say(snapshot(null, station(1, 1)));
  const second = openPage(browser);
  await settled();
  expect(second.all.list()).toEqual([]);
  first.tab.socket.say(snapshot("c1", station(2, 1)));
  await settled();
  expect(second.all.list()).toHaveLength(2);
});

test("a former leader's state that comes late is not taken for the present one", async () => {
  const { browser, server, first, second } = await pages(2);
  browser.disorder = true;
  const third = openPage(browser);
  await settled();
  await browser.deliverFrom(third.tab, first.tab);
  await browser.deliverFrom(first.tab, second.tab);
  first.client.close();
  await settled();
  server.change();
  await server.serve(browser.tabs);
  await browser.deliverFrom(second.tab, third.tab);
  await browser.deliverFrom(first.tab, third.tab);
  await browser.deliverFrom(third.tab, second.tab);
  await browser.deliverFrom(second.tab, third.tab);
  expect(revisions(third)).toEqual([0, 0, 0, 0, 1]);
});

test("a tab that is behind the new leader takes its state, one that is not goes on", async () => {
  const { browser, server, first, second, third } = await pages(3);
  browser.disorder = true;
  server.change();
  await server.serve(browser.tabs);
  await browser.deliverFrom(first.tab, second.tab);
  first.client.close();
  await settled();
  await server.serve(browser.tabs);
  await browser.deliverFrom(second.tab, third.tab);
  await browser.deliverFrom(first.tab, third.tab);
  await browser.deliverFrom(third.tab, second.tab);
  await browser.deliverFrom(second.tab, third.tab);
  expect([second, third].map(revisions)).toEqual([
    [0, 0, 0, 0, 1],
    [0, 0, 0, 0, 1],
  ]);
});

test("a leader that is frozen loses the lead to a tab that is not, and follows when it wakes up", async () => {
  const { browser, server, first, second } = await pages(2);
  first.tab.frozen = true;
  await second.tab.pass(20_000);
  server.change();
  await server.serve(browser.tabs);
  expect([second.tab.sockets.length, second.heard]).toEqual([1, [1]]);
  first.tab.thaw();
  await settled();
  server.change();
  await server.serve(browser.tabs);
  expect(first.tab.socket.readyState).toBe(3);
  expect([revisions(first), second.heard]).toEqual([
    [0, 0, 0, 1, 2],
    [1, 2],
  ]);
  expect(server.open(browser.tabs)).toBe(1);
});

test("a leader that answers keeps the lead, however quiet the network is", async () => {
  const { browser, first, second } = await pages(2);
  for (let second = 0; second < 100; second += 1) await browser.pass(1_000);
  expect(second.tab.sockets).toHaveLength(0);
  expect(first.tab.sockets.length).toBeGreaterThan(0);
});

test("a hidden leader whose timers are slow is reminded of its next attempt", async () => {
  const { first, second } = await pages(2);
  first.tab.socket.end(1006);
  await settled();
  await second.tab.pass(2_500);
  expect(first.tab.sockets).toHaveLength(2);
});

test("a refusal is an error in every tab", async () => {
  const { first, second } = await pages(2);
  first.tab.socket.end(1006);
  await first.tab.pass(500);
  first.tab.answers.push(() => problem(403, "foreign-origin"));
  first.tab.socket.end(1006);
  await settled();
  const refused = second.all.connection.get();
  if (refused.phase !== "refused") throw new Error(refused.phase);
  expect(refused.error).toBeInstanceOf(SwapwireError);
  expect(refused.error).toMatchObject({ status: 403, code: "foreign-origin" });
});

test("where locks or channels are missing, forbidden or not wanted, every tab has its own connection", async () => {
  const browser = new Browser();
  const [plain, silent, forbidden, alone] = [browser.open(), browser.open(), browser.open(), browser.open()];
  plain.locks = undefined;
  silent.openChannel = undefined;
  forbidden.locks = { request: () => Promise.reject(new Error("SecurityError")) };
  const clients = [plain, silent, forbidden].map((tab) => clientOn(tab));
  for (const client of [...clients, clientOn(alone, { shareTabs: false })]) client.all();
  await settled();
  expect(browser.tabs.map(({ sockets }) => sockets.length)).toEqual([1, 1, 1, 1]);
});

test("a rider's connection is shared by the tabs of this rider only", async () => {
  const browser = new Browser();
  const time = new FakePlatform().time + 3_600_000;
  const tokens = [jwt("7", time), jwt("8", time), jwt("7", time, "another"), "no.jwt"];
  for (const token of tokens) clientOn(browser.open(), { token: () => token }).rider();
  await settled();
  expect(browser.tabs.map(({ sockets }) => sockets.length)).toEqual([1, 1, 0, 1]);
});

test("deployments are kept apart", async () => {
  const browser = new Browser();
  const [one, other] = [browser.open(), browser.open()];
  connect({ url: "http://one", platform: one }).all();
  connect({ url: "http://other", platform: other }).all();
  await settled();
  expect([one.sockets.length, other.sockets.length]).toEqual([1, 1]);
});

/** Tabs come, end, crash, freeze and wake up while the log grows, and their messages overtake each other. */
async function whateverHappens<Kind extends { tab: Tab; client: Client }>(
  seed: number,
  server: Server,
  append: () => void,
  open: (browser: Browser) => Kind,
): Promise<Kind[]> {
  const chance = new Chance(seed);
  const browser = new Browser();
  browser.disorder = true;
  let shown = [open(browser)];
  const remove = (page: Kind) => {
    shown = shown.filter((other) => other !== page);
  };
  for (let step = 0; step < 150; step += 1) {
    const page = chance.one(shown);
    switch (chance.between(0, 9)) {
      case 0:
        if (shown.length < 5) shown.push(open(browser));
        break;
      case 1:
        if (shown.length === 1 || page.tab.frozen) break;
        page.client.close();
        remove(page);
        break;
      case 2:
        if (shown.length === 1) break;
        browser.crash(page.tab);
        remove(page);
        break;
      case 3:
        page.tab.frozen = shown.some(({ tab }) => tab !== page.tab && !tab.frozen);
        break;
      case 4:
        page.tab.thaw();
        break;
      case 5:
        for (const socket of page.tab.frozen ? [] : page.tab.sockets) if (socket.readyState === 1) socket.end(1006);
        break;
      case 6:
        await browser.pass(chance.between(100, 8_000));
        break;
      default:
        append();
        if (chance.next() < 0.7) await server.serve(browser.tabs);
    }
    if (chance.next() < 0.5) await settled();
    browser.deliver(chance, chance.one([0, 3, 10, 100]));
  }
  for (const { tab } of shown) tab.thaw();
  browser.deliver(chance);
  browser.disorder = false;
  for (let round = 0; round < 60; round += 1) {
    await browser.pass(1_000);
    await server.serve(browser.tabs);
  }
  expect(server.open(browser.tabs), `connections, seed ${seed}`).toBe(1);
  return shown;
}

test("whatever happens to tabs, each ends with the server's state, from one connection", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    // So many that a change that is missed is not hidden by a later one.
    const server = new StationServer(200);
    const shown = await whateverHappens(seed, server, () => server.change(), openPage);
    for (const { all } of shown) {
      const seen = server.revisions().map((_, id) => all.get(id)?.revision);
      expect(seen, `seed ${seed}`).toEqual(server.revisions());
    }
  }
});

test("whatever happens to tabs, each has every message of its rider, and hears none twice", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const server = new Server(() => []);
    const append = () => {
      const id = server.log.length + 1;
      server.append({ type: "notification", id: `e${id}`, notification_id: id, title: "", message: "", level: "info" });
    };
    const open = (browser: Browser) => {
      const tab = browser.open();
      // The inbox is what the log says.
      tab.fetch = async (url) => {
        const after = Number(new URL(url).searchParams.get("after"));
        const items = server.log
          .slice(after)
          .map((_, index) => ({ id: after + index + 1, event_id: `e${after + index + 1}` }));
        return answer(200, { items, next: null });
      };
      const client = clientOn(tab, { token: () => jwt("7", 9e12) });
      const rider = client.rider();
      const heard: number[] = [];
      rider.on("*", ({ notification_id }) => heard.push(notification_id));
      return { tab, client, rider, heard };
    };
    for (const { rider, heard } of await whateverHappens(seed, server, append, open)) {
      const { items, complete } = rider.inbox.get();
      const ids = items.map(({ id }) => id).reverse();
      expect([complete, ids], `seed ${seed}`).toEqual([true, server.log.map((_, index) => index + 1)]);
      expect(heard, `seed ${seed}`).toEqual([...new Set(heard)].sort((a, b) => a - b));
    }
  }
});
