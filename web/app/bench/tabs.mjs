// Several tabs of one browser: what a tab that gets its stations from another one costs beside one with a socket of its
// own, and how long the others hear nothing when the tab with the socket is closed.

import { busySeconds, median, openPage, pause } from "./browser.mjs";
import { changes } from "./load.mjs";

const viewport = { width: 1440, height: 900 };
const TABS = 4;

async function openTab(context, sockets) {
  const page = await context.newPage();
  page.on("websocket", (socket) => {
    if (socket.url().includes("/ws/stations/")) sockets.push(page);
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  await page.goto("/?view=list");
  await page.getByRole("listitem").first().waitFor();
  return { page, devtools };
}

async function busyShares(tabs, seconds) {
  const before = await Promise.all(tabs.map(({ devtools }) => busySeconds(devtools)));
  const begun = performance.now();
  await pause(seconds * 1_000);
  const took = (performance.now() - begun) / 1_000;
  return Promise.all(tabs.map(async ({ devtools }, index) => ((await busySeconds(devtools)) - before[index]) / took));
}

/** Milliseconds until a page's list changes. */
const nextChange = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const begun = performance.now();
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve(performance.now() - begun);
        });
        observer.observe(document.querySelector("ol"), { subtree: true, childList: true, characterData: true });
      }),
  );

export async function sharedTabs(browser, { batteries, perSecond, seconds, rounds }) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    const { context, page: blank } = await openPage(browser, { viewport });
    await blank.close();
    const sockets = [];
    const tabs = [];
    for (let tab = 0; tab < TABS; tab += 1) tabs.push(await openTab(context, sockets));
    const rows = await tabs[1].page
      .locator("button[data-station]")
      .evaluateAll((all) => all.map((row) => row.dataset.station));
    const loads = [changes({ perSecond, batteries }), changes({ perSecond: 20, stations: rows })];
    await pause(3_000);
    const [leader, ...followers] = await busyShares(tabs, seconds);
    const opened = sockets.length;
    await tabs[0].page.close();
    const gap = await nextChange(tabs[1].page);
    for (const load of loads) load.stop();
    await context.close();
    runs.push({ leader, follower: median(followers), sockets: opened, gap });
  }
  const of = (name) => median(runs.map((run) => run[name]));
  return { tabs: TABS, sockets: of("sockets"), leader: of("leader"), follower: of("follower"), gap: of("gap") };
}
