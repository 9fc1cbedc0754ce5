// Every screen, on a desk and on a phone, light and dark: axe finds nothing, and
// nothing is wider than the screen, also where text runs from right to left.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type axe from "axe-core";
import { expect, test } from "./app.ts";
import { buildCity, type City, open, openAs, type Screen, screensOf, sizes } from "./screens.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let city: City;

test.beforeAll(async () => {
  city = await buildCity();
});

/** The rules that are broken, each with the first element that breaks it. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
  });
}

async function check(page: Page, screen: Screen): Promise<string[]> {
  const found: string[] = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await open(page, screen);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      for (const finding of await findings(page)) found.push(`${screen.path} ${size} ${colorScheme}: ${finding}`);
    }
    for (const direction of ["ltr", "rtl"]) {
      const overflow = await page.evaluate((dir) => {
        document.documentElement.dir = dir;
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      }, direction);
      if (overflow > 0) found.push(`${screen.path} ${size} ${direction}: ${overflow} px wider than the screen`);
    }
  }
  return found;
}

for (const role of [null, "rider", "operator", "admin"] as const) {
  test(`axe finds nothing on the screens of ${role ?? "nobody"}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const { context, page } = await openAs(browser, city, role);
    const found: string[] = [];
    for (const screen of screensOf(city).filter((each) => each.role === role))
      found.push(...(await check(page, screen)));
    await context.close();
    expect(found).toEqual([]);
  });
}
