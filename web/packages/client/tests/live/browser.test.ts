// The library in Chromium, bundled as an app would: tabs that share a connection while gateways restart, and a reload.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Client, Rider, Stations } from "../../src/index.ts";
import { Chance } from "./chance.ts";
import { closeAll, supervise, tokenOf, url } from "./instance.ts";
import { World } from "./world.ts";

declare global {
  var swapwire: typeof import("../../src/index.ts");
  var client: Client;
  var all: Stations;
  var rider: Rider;
  var heard: number[];
}

const bundle = join(tmpdir(), `swapwire-client-${process.pid}.js`);
let browser: Browser;

beforeAll(async () => {
  const script = fileURLToPath(new URL("../../scripts/size.mjs", import.meta.url));
  execFileSync(process.execPath, [script, "--write", bundle]);
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    // The pages are not loaded from the address that they stand at: for Chromium they would be strangers to it.
    "--disable-features=LocalNetworkAccessChecks",
  ];
  browser = await chromium.launch({ executablePath: process.env.SWAPWIRE_CHROMIUM ?? "/usr/bin/chromium", args });
}, 60_000);

afterAll(() => browser?.close());
afterEach(closeAll);

/** A context whose pages stand at the deployment's own origin, since gateways look at it. */
async function context(): Promise<BrowserContext> {
  const made = await browser.newContext();
  const answer = (contentType: string, body: string) => ({ contentType, body });
  await made.route("**/tab.html", (route) => route.fulfill(answer("text/html", html)));
  await made.route("**/client.js", (route) => route.fulfill(answer("text/javascript", readFileSync(bundle, "utf8"))));
  return made;
}

const html = `<!doctype html><title>tab</title>
  <script type="module">import * as swapwire from "/client.js"; globalThis.swapwire = swapwire</script>`;

interface Tab {
  page: Page;
  /** The addresses of the sockets that it opened. */
  sockets: URL[];
}

async function openTab(context: BrowserContext, token: string): Promise<Tab> {
  const page = await context.newPage();
  const sockets: URL[] = [];
  page.on("websocket", (socket) => sockets.push(new URL(socket.url())));
  await page.goto(`${url}/tab.html`);
  await begin(page, token);
  return { page, sockets };
}

async function begin(page: Page, token: string): Promise<void> {
  await page.evaluate((token) => {
    const { browserStore, connect } = swapwire;
    globalThis.client = connect({ url: location.origin, token: () => token, store: browserStore("tests") });
    globalThis.all = client.all();
    globalThis.rider = client.rider();
    globalThis.heard = [];
    rider.on("*", ({ notification_id }) => heard.push(notification_id));
  }, token);
}

const untilReady = ({ page }: Tab) =>
  page.waitForFunction(() => all.ready() && rider.inbox.get().complete, undefined, { timeout: 20_000 });

/** What the tab shows, in the words of the API. */
const shown = ({ page }: Tab) =>
  page.evaluate(() => ({
    stations: all.list().map((station) => [station.station_id, station.station_name, station.available_batteries]),
    messages: rider.inbox.get().items.map(({ id }) => id),
    complete: rider.inbox.get().complete,
    heard,
  }));

async function expectTruth(tab: Tab, world: World, user: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { stations, messages, complete } = await shown(tab);
        const sorted = stations.sort((one, other) => Number(one[0]) - Number(other[0]));
        const truth = [...(await world.truth()).values()].map((one) => [one.id, one.name, one.available_batteries]);
        const inbox = (await world.inboxOf(user)).map(([id]) => id).reverse();
        const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
        return {
          stations: same(
            sorted,
            truth.sort((a, b) => Number(a[0]) - Number(b[0])),
          ),
          inbox: same(messages, inbox),
          complete,
        };
      },
      { timeout: 40_000, interval: 250 },
    )
    .toEqual({ stations: true, inbox: true, complete: true });
}

test("tabs share a connection while gateways end and the leading tab is closed, and a reload resumes", async () => {
  const world = new World(new Chance(7));
  await world.begin(10);
  const [user = 0] = world.riders;
  const token = tokenOf(user, "rider");
  const pages = await context();
  const leader = await openTab(pages, token);
  await untilReady(leader);
  const followers = [await openTab(pages, token), await openTab(pages, token)];
  await Promise.all(followers.map(untilReady));
  expect(leader.sockets.map(({ pathname }) => pathname).sort()).toEqual(["/ws/notifications/", "/ws/stations/"]);
  for (const { page, sockets } of followers) {
    const connection = await page.evaluate(() => all.connection.get());
    expect([sockets.length, connection]).toEqual([
      0,
      expect.objectContaining({ phase: "live", transport: "websocket" }),
    ]);
  }

  const end = Date.now() + 12_000;
  const change = async () => {
    while (Date.now() < end) {
      await world.step();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  };
  const faults = async () => {
    await supervise("restart", "gateway-1");
    await leader.page.close();
    await supervise("signal", "KILL", "gateway-2");
  };
  await Promise.all([change(), faults()]);

  for (const tab of followers) await expectTruth(tab, world, user);
  for (const tab of followers) {
    const { heard } = await shown(tab);
    expect(heard).toEqual([...new Set(heard)].sort((one, other) => one - other));
    expect(heard.length).toBeGreaterThan(0);
  }
  const leads = followers.filter(({ sockets }) => sockets.length > 0);
  expect(leads.length).toBeGreaterThan(0);

  const [last, other] = followers as [Tab, Tab];
  await other.page.close();
  await last.page.waitForTimeout(500);
  await last.page.reload();
  last.sockets.length = 0;
  await begin(last.page, token);
  await last.page.waitForFunction(() => all.ready() && client.connection.get().phase === "live");
  const stations = last.sockets.find(({ pathname }) => pathname === "/ws/stations/");
  expect(stations?.searchParams.get("since")).toBeTruthy();
  await expectTruth(last, world, user);
  await pages.close();
}, 120_000);
