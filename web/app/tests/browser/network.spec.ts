// An administrator's way: the whole network at a glance, what happened in it, a message to somebody, the parts' health.

import { clientOf, expect, newUser, signIn, test } from "./app.ts";

test("the wall shows every station live, and finds one by name", async ({ page, operator }) => {
  const name = `Wall ${operator.user}`;
  const station = await operator.station(name);
  await operator.stock(station, 5);
  await signIn(page, "admin", { to: "/network?view=wall" });
  await page.getByRole("searchbox", { name: "Search stations" }).fill(name);
  const tile = page.getByRole("main").getByText(name);
  await expect(tile).toBeVisible();
  await expect(page.getByRole("main")).toContainText("1 of");
  await clientOf(newUser(), "rider").http.book(station);
  await expect(page.getByRole("main").locator("li, button, a").filter({ hasText: name }).first()).toContainText("4");
});

test("events are shown as they pass", async ({ page, operator }) => {
  const station = await operator.station(`Event ${operator.user}`);
  await signIn(page, "admin", { to: "/network/events" });
  // The page may not have opened its channel yet when the first battery arrives; one of them is heard.
  await expect(async () => {
    await operator.stock(station, 1);
    await expect(page.getByText(`Event ${operator.user}`).first()).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test("a message reaches the person's inbox, and a wrong one names its field", async ({ page }) => {
  const rider = newUser();
  await signIn(page, "admin", { to: "/network/notify" });
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("A whole number above 0")).toBeVisible();
  await page.getByLabel("User number").fill(String(rider));
  await page.getByLabel("Title", { exact: true }).fill("Hello");
  await page.getByLabel("Message", { exact: true }).fill("A new station opens tomorrow.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText(`Sent to user`).first()).toBeVisible();
  const { items } = await clientOf(rider, "rider").http.get("/user/notifications/");
  expect(items).toMatchObject([{ title: "Hello", message: "A new station opens tomorrow." }]);
});

test("analytics count what happened, and the view has an address", async ({ page, operator }) => {
  const latitude = -40 - (operator.user % 1000) / 100;
  const station = await operator.station(`Counted ${operator.user}`, latitude, 100);
  await operator.stock(station, 2);
  const { http } = clientOf(newUser(), "rider");
  const order = await http.book(station);
  await http.post("/user/orders/{order_id}/collect/", { path: { order_id: order.id } });
  const bbox = `99.9,${latitude - 0.001},100.1,${latitude + 0.001}`;
  await signIn(page, "admin", { to: `/network/analytics?bbox=${encodeURIComponent(bbox)}` });
  await expect(page.getByRole("main")).toContainText(`Counted ${operator.user}`);
  const address = page.url();
  expect(decodeURIComponent(address)).toContain(`bbox=${bbox}`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /CSV/ }).first().click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("health names each part and what it needs", async ({ page }) => {
  await signIn(page, "admin", { to: "/network/health" });
  await expect(page.getByText("Stations and batteries")).toBeVisible();
  await expect(page.getByText("Bookings and messages")).toBeVisible();
  await expect(page.getByText("Live gateway 1")).toBeVisible();
  await expect(page.getByText("Message broker").first()).toBeVisible();
});
