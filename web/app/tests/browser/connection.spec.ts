// What a screen does when its connection doesn't hold: a gateway that restarts, a device that goes offline, a token that
// runs out, two tabs.

import type { Page, WebSocket } from "@playwright/test";
import { clientOf, expect, newUser, signIn, supervise, test } from "./app.ts";

const row = (page: Page, station: number) => page.locator(`button[data-station="${station}"]`);

/** Opens the list with one station in it, and marks the page so that a reload would show. */
async function watch(page: Page, name: string, path = "/?view=list"): Promise<void> {
  await page.goto(path);
  await page.getByRole("searchbox", { name: "Search stations by name" }).fill(name);
  await page.evaluate(() => {
    document.documentElement.dataset.sameDocument = "yes";
  });
}

const isSameDocument = (page: Page) => page.evaluate(() => document.documentElement.dataset.sameDocument === "yes");

test("a restart of every gateway shows a banner, needs no reload and misses nothing", async ({ page, operator }) => {
  const name = `Restarted ${operator.user}`;
  const station = await operator.station(name);
  await operator.stock(station, 3);
  const user = await signIn(page, "rider");
  await watch(page, name);
  await expect(row(page, station)).toContainText("3");

  await supervise("stop", "gateway-1", "gateway-2");
  try {
    await expect(page.getByRole("status").filter({ hasText: "Connection lost" })).toBeVisible();
    await clientOf(user, "rider").http.book(station);
    await clientOf(newUser(), "rider").http.book(station);
  } finally {
    await supervise("start", "gateway-1", "gateway-2");
  }

  await expect(row(page, station)).toContainText("1", { timeout: 45_000 });
  await expect(page.getByRole("status").filter({ hasText: "Connection lost" })).toBeHidden();
  await page.getByRole("link", { name: /^Messages/ }).click();
  await expect(page.getByRole("main").getByText("Booked", { exact: true })).toBeVisible();
  expect(await isSameDocument(page)).toBe(true);
});

test("a device that was offline shows the present again by itself", async ({ page, context, operator }) => {
  const name = `Offline ${operator.user}`;
  const station = await operator.station(name);
  await operator.stock(station, 1);
  await watch(page, name);
  await expect(row(page, station)).toContainText("1");
  await context.setOffline(true);
  // Chromium keeps open sockets when a page is set offline; the gateways' restart takes them away.
  await supervise("restart", "gateway-1", "gateway-2");
  await expect(page.getByRole("status").filter({ hasText: "The figures are of" })).toBeVisible({ timeout: 45_000 });
  await operator.stock(station, 2);
  await expect(row(page, station)).toContainText("1");

  await context.setOffline(false);

  await expect(row(page, station)).toContainText("3", { timeout: 45_000 });
  expect(await isSameDocument(page)).toBe(true);
});

test("the app starts without a network and says how old its picture is", async ({ page, context, operator }) => {
  const name = `Kept ${operator.user}`;
  const station = await operator.station(name);
  await operator.stock(station, 2);
  await watch(page, name);
  await expect(row(page, station)).toContainText("2");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  // The stations are kept when the page is left.
  await page.goto("about:blank");
  await context.setOffline(true);

  await page.goto("/?view=list");
  await page.getByRole("searchbox", { name: "Search stations by name" }).fill(name);

  await expect(row(page, station)).toContainText("2");
  await expect(page.getByRole("status").filter({ hasText: "The figures are of" })).toBeVisible();
});

test("a token is renewed in place before it ends: the rider's messages go on", async ({ page }) => {
  const user = newUser();
  const sockets: WebSocket[] = [];
  page.on("websocket", (socket) => {
    if (socket.url().endsWith("/ws/notifications/")) sockets.push(socket);
  });
  await signIn(page, "rider", { user, ttl: "12s" });
  const renewal = () =>
    sockets[0]?.waitForEvent("framesent", ({ payload }) => String(payload).includes('"type":"authenticate"'));
  await renewal();
  // The second renewal comes after the end of the first token.
  await renewal();
  const body = { user_id: user, title: "After the first token", message: "Still here.", level: "info" } as const;
  await clientOf(newUser(), "admin").http.post("/notifications/", { body });
  await expect(page.getByText("Still here.")).toBeVisible();
  expect(sockets).toHaveLength(1);
});

test("two tabs show the same, and the second lives on when the first is closed", async ({
  page,
  context,
  operator,
}) => {
  const name = `Twice ${operator.user}`;
  const station = await operator.station(name);
  await operator.stock(station, 1);
  await watch(page, name);
  await expect(row(page, station)).toContainText("1");
  const second = await context.newPage();
  const sockets: string[] = [];
  second.on("websocket", (socket) => sockets.push(socket.url()));
  await watch(second, name);
  await expect(row(second, station)).toContainText("1");
  // One socket serves both.
  expect(sockets).toEqual([]);
  await operator.stock(station, 1);
  for (const tab of [page, second]) await expect(row(tab, station)).toContainText("2");

  await page.close();
  await operator.stock(station, 1);
  await expect(row(second, station)).toContainText("3");
});
