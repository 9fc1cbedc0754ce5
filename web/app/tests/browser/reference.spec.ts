// The API reference at /docs/: deep links, search, and a request as somebody of this machine.

import { expect, test } from "./app.ts";

test("a deep link shows its operation on a fresh load", async ({ page }) => {
  for (const [path, section] of [
    ["/docs/#tag/orders/place_order", '[id$="/place_order"]'],
    ["/docs/live/#channel/user", '[id$="channel/user"]'],
  ] as const) {
    await page.goto("about:blank");
    await page.goto(path);
    const top = () =>
      page
        .locator(section)
        .first()
        .evaluate((element) => element.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(150);
    await expect.poll(top).toBeGreaterThan(-10);
  }
});

test("the search finds an operation", async ({ page }) => {
  // An operation is in the page as soon as its link is followed.
  await page.goto("/docs/#tag/orders/place_order");
  await page.locator('[id$="/place_order"]').first().waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("collect");
  await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#.*collect/);
});

test("a request can be tried as a demo identity", async ({ page }) => {
  await page.goto("/docs/#tag/orders/list_orders");
  await page.locator(".identity select").selectOption({ label: "Rider 42" });
  await page.locator('[id$="/list_orders"]').getByText("Test Request").first().click();
  const answer = page.waitForResponse((response) => response.url().includes("/user/orders/"));
  await page.getByRole("button", { name: "Send" }).first().click();
  expect((await answer).status()).toBe(200);
});

test("the reference fits a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/docs/#tag/orders/place_order");
  await page.locator('[id$="/place_order"]').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
