// The rider's first view on a phone with a slow processor: when its largest part is painted, and how much JavaScript
// came before the map.

import { median, openPage } from "./browser.mjs";

const phone = { width: 390, height: 844 };

/** Milliseconds until the largest paint, four times slowed down, nothing in any cache. */
export async function largestPaint(browser, rounds) {
  const paints = [];
  for (let round = 0; round < rounds; round += 1) {
    const { context, page } = await openPage(browser, { viewport: phone, slowdown: 4 });
    await page.goto("/");
    await page.getByRole("listitem").first().waitFor();
    // What is painted later than a second after the list is not the first view.
    await page.waitForTimeout(1_000);
    paints.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({
              type: "largest-contentful-paint",
              buffered: true,
            });
          }),
      ),
    );
    await context.close();
  }
  return median(paints);
}

/** Bytes of compressed JavaScript that the first view loads, without the map's own. */
export async function scriptBytes(browser) {
  const { context, page, devtools } = await openPage(browser, { viewport: phone });
  const sizes = new Map();
  const names = new Map();
  await devtools.send("Network.enable");
  devtools.on("Network.responseReceived", ({ requestId, response, type }) => {
    if (type === "Script") names.set(requestId, response.url);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await page.goto("/");
  await page.getByRole("listitem").first().waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  const scripts = [...names].map(([id, url]) => ({ url: new URL(url).pathname, bytes: sizes.get(id) ?? 0 }));
  await context.close();
  const before = scripts.filter(({ url }) => !/map/i.test(url));
  return { bytes: before.reduce((sum, { bytes }) => sum + bytes, 0), scripts };
}
