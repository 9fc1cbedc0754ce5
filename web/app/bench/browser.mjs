// Chromium for measurements: a page of its own for each run, and what Chromium itself says of it.

import { chromium } from "playwright-core";

const base = process.env.SWAPWIRE_TEST_BASE_URL;

export const launch = () =>
  chromium.launch({
    executablePath: process.env.SWAPWIRE_TEST_CHROMIUM || "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--enable-precise-memory-info"],
      ...["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
    ],
  });

export async function openPage(browser, { viewport, slowdown = 1 }) {
  const context = await browser.newContext({ baseURL: base, viewport, locale: "en-GB", reducedMotion: "reduce" });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  return { context, page, devtools };
}

export async function signInAs(page, label) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: label }).click();
  await page.getByRole("link", { name: /^Signed in as/ }).waitFor();
}

/** Seconds that the main thread has been at work since the page began. */
export async function busySeconds(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value;
}

/** Counts main-thread tasks of over 50 ms from now on, in window.longTasks. */
export const countLongTasks = (page) =>
  page.evaluate(() => {
    window.longTasks = 0;
    new PerformanceObserver((list) => {
      window.longTasks += list.getEntries().length;
    }).observe({ type: "longtask" });
  });

export async function heapAfterCollection(devtools) {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

export function percentile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
