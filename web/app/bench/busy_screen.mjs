// A screen of all stations while the network is busy: what the main thread does, how soon an event is seen, and whether
// memory grows.

import {
  busySeconds,
  countLongTasks,
  heapAfterCollection,
  median,
  openPage,
  pause,
  percentile,
  signInAs,
} from "./browser.mjs";
import { changes } from "./load.mjs";

const wall = { width: 1440, height: 900 };

/** The share of time that the main thread is busy, and its tasks over 50 ms per minute. */
export async function mainThread(browser, path, { batteries, perSecond, seconds, rounds }) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    const { context, page, devtools } = await openPage(browser, { viewport: wall });
    await signInAs(page, /^Admin/);
    await page.goto(path);
    await pause(8_000);
    const load = changes({ perSecond, batteries });
    await pause(3_000);
    await countLongTasks(page);
    const [busyBefore, begun] = [await busySeconds(devtools), performance.now()];
    await pause(seconds * 1_000);
    const took = (performance.now() - begun) / 1_000;
    const busy = ((await busySeconds(devtools)) - busyBefore) / took;
    runs.push({ busy, longPerMinute: (await page.evaluate(() => window.longTasks)) / (took / 60) });
    load.stop();
    await context.close();
  }
  return { busy: median(runs.map(({ busy }) => busy)), longPerMinute: median(runs.map((run) => run.longPerMinute)) };
}

/**
 * Milliseconds from the arrival of a message at the socket to the frame that shows it: the arrival of a change of a row
 * in sight is noted before the app hears of it, and the next presented frame after the list has changed is its end.
 */
export async function eventToPixels(browser, { batteries, perSecond, seconds }) {
  const { context, page } = await openPage(browser, { viewport: wall });
  await page.addInitScript(noteDelays);
  await page.goto("/?view=list");
  await page.getByRole("listitem").first().waitFor();
  await pause(3_000);
  const inSight = await page.evaluate(watchRows);
  const elsewhere = changes({ perSecond, batteries });
  const here = changes({ perSecond: 10, stations: inSight });
  await pause(seconds * 1_000);
  elsewhere.stop();
  here.stop();
  const delays = await page.evaluate(() => window.delays);
  await context.close();
  return { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95), events: delays.length };
}

/**
 * The floor of the above: an empty page changes one text ten times a second, while the same load runs. What it takes to
 * the presented frame is the browser's and the machine's own.
 */
export async function changeToPixels(browser, { batteries, perSecond, seconds }) {
  const { context, page } = await openPage(browser, { viewport: wall });
  await page.goto("/config.json");
  const load = changes({ perSecond: perSecond + 10, batteries });
  await pause(3_000);
  const delays = await page.evaluate(changeText, seconds * 1_000);
  load.stop();
  await context.close();
  return { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95) };
}

/** In the page: changes a text for so long, and answers how long each change took to be shown. */
function changeText(ms) {
  const delays = [];
  const change = () => {
    const since = performance.now();
    requestAnimationFrame(() => {
      document.body.textContent = String(since);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => delays.push(performance.now() - since);
        port2.postMessage(null);
      });
    });
  };
  const timer = setInterval(change, 100);
  return new Promise((resolve) =>
    setTimeout(() => {
      clearInterval(timer);
      resolve(delays);
    }, ms),
  );
}

/** In the page, before its own scripts: when a message arrives that changes the count of a row in sight. */
function noteDelays() {
  window.delays = [];
  /** By station: the count that its row must show, and since when. */
  window.awaited = new Map();
  window.shownAt = (station) => {
    const row = document.querySelector(`button[data-station="${station}"]`);
    return row && Number(/(\d+)batter(?:y|ies)$/.exec(row.textContent)?.[1]);
  };
  const arrived = ({ data }) => {
    if (typeof data !== "string" || !data.includes('"inventory_update"')) return;
    const { station_id, available_batteries } = JSON.parse(data);
    const shown = window.shownAt(station_id);
    if (shown === null || Number.isNaN(shown)) return;
    const since = window.awaited.get(station_id)?.since ?? performance.now();
    // What was taken back before it was painted is nothing to wait for.
    if (shown === available_batteries) window.awaited.delete(station_id);
    else window.awaited.set(station_id, { count: available_batteries, since });
  };
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      EventTarget.prototype.addEventListener.call(this, "message", arrived);
    }
  };
}

/** In the page: when the list shows it. Answers the stations of the rows that are there. */
function watchRows() {
  const list = document.querySelector("ol");
  window.awaited.clear();
  new MutationObserver(() => {
    for (const [station, { count, since }] of window.awaited) {
      if (window.shownAt(station) !== count) continue;
      window.awaited.delete(station);
      // After the frame's callbacks comes its painting; a message posted from there arrives once it is done.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.delays.push(performance.now() - since);
        port2.postMessage(null);
      });
    }
  }).observe(list, { subtree: true, childList: true, characterData: true });
  return [...list.querySelectorAll("button[data-station]")].map(({ dataset }) => dataset.station);
}

/**
 * Bytes of heap per thousand changes: the slope of a line through samples. They begin after a warm-up in which the page
 * gets its compiled code and its lists their size (about half a megabyte in the first hundred seconds).
 */
export async function heapGrowth(browser, path, { batteries, perSecond, warmUpSeconds, seconds }) {
  const { context, page, devtools } = await openPage(browser, { viewport: wall });
  await signInAs(page, /^Admin/);
  await page.goto(path);
  await pause(5_000);
  const load = changes({ perSecond, batteries });
  await pause(warmUpSeconds * 1_000);
  const samples = [];
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) {
    await pause(5_000);
    samples.push({
      changes: ((performance.now() - begun) / 1_000) * perSecond,
      heap: await heapAfterCollection(devtools),
    });
  }
  load.stop();
  await context.close();
  return {
    slopePerThousand: slope(samples) * 1_000,
    from: samples[0].heap,
    to: samples.at(-1).heap,
    changes: samples.at(-1).changes,
  };
}

function slope(samples) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ changes }) => changes)), mean(samples.map(({ heap }) => heap))];
  const up = samples.reduce((sum, { changes, heap }) => sum + (changes - x) * (heap - y), 0);
  return up / samples.reduce((sum, { changes }) => sum + (changes - x) ** 2, 0);
}
