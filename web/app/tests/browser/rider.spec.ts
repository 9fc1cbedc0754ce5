// A rider's way: find a battery, book it, hold it, collect it or give it back, and read what was said about it.

import type { Page } from "@playwright/test";
import { clientOf, expect, newUser, signIn, test } from "./app.ts";

const row = (page: Page, station: number) => page.locator(`button[data-station="${station}"]`);
const sheet = (page: Page) => page.getByRole("dialog");

test("everyone sees each station's count live, the nearest first once the position is known", async ({
  page,
  operator,
}) => {
  const tag = `Q${operator.user}`;
  const far = await operator.station(`${tag} far`, 9.3, 38.9);
  const near = await operator.station(`${tag} near`, 9.01, 38.75);
  await operator.stock(near, 2);
  await page.context().grantPermissions(["geolocation"]);
  await page.context().setGeolocation({ latitude: 9.0, longitude: 38.75 });
  await page.goto(`/?view=list&q=${tag}`);
  await page.getByRole("searchbox", { name: "Search stations by name" }).fill(tag);
  await expect(row(page, near)).toContainText("2");
  await expect(page.getByText("nearest first")).toBeVisible();
  const order = () =>
    page.locator("button[data-station]").evaluateAll((rows) => rows.map((each) => each.dataset.station));
  await expect.poll(order).toEqual([String(near), String(far)]);

  await operator.stock(far, 4);
  await expect(row(page, far)).toContainText("4");
  await page.getByText("With a battery now").click();
  await clientOf(newUser(), "rider").http.book(near);
  await expect(row(page, near)).toContainText("1");
});

test("a booking is one tap, is held with a countdown, and can be collected", async ({ page, operator }) => {
  const station = await operator.station("Bole Road 3");
  await operator.stock(station, 2);
  await signIn(page, "rider", { to: `/?station=${station}` });
  await expect(sheet(page)).toContainText("2 batteries to take now");
  await sheet(page).getByRole("button", { name: "Book a battery" }).click();
  await expect(sheet(page)).toContainText("1 battery to take now");
  await expect(sheet(page).getByRole("list", { name: "Held for you" })).toBeVisible();

  await page.goto("/orders");
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^(?:24:00:00|23:59:\d\d)$/);
  const before = await timer.textContent();
  await expect(timer).not.toHaveText(before ?? "");
  await page.getByRole("button", { name: "Collect" }).click();
  await expect(page.getByText("You hold no battery")).toBeVisible();
  await expect(page.getByText("Collected", { exact: true }).first()).toBeVisible();
});

test("a cancelled booking gives the battery back after one more question", async ({ page, operator }) => {
  const station = await operator.station("Second thoughts");
  await operator.stock(station, 1);
  const user = newUser();
  await clientOf(user, "rider").http.book(station);
  await signIn(page, "rider", { user, to: "/orders" });
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await sheet(page).getByRole("button", { name: "Cancel the booking" }).click();
  await expect(page.getByText("You hold no battery")).toBeVisible();
  const path = { station_id: station };
  await expect
    .poll(async () => (await operator.http.get("/stations/{station_id}/", { path })).available_batteries)
    .toBe(1);
});

test("who is too late hears why, and sees the true count", async ({ page, operator }) => {
  const station = await operator.station("One left");
  await operator.stock(station, 1);
  await signIn(page, "rider", { to: `/?station=${station}` });
  const book = sheet(page).getByRole("button", { name: "Book a battery" });
  await expect(book).toBeEnabled();
  // The other rider's booking is in the database before this one's request leaves, and reaches the screen after it.
  await page.route("**/user/orders/", async (route) => {
    if (route.request().method() === "POST")
      await clientOf(newUser(), "rider")
        .http.book(station)
        .catch(() => {});
    await route.continue();
  });
  await book.click();
  await expect(sheet(page).getByRole("alert")).toHaveText("Somebody was faster: this station has no battery left.");
  await expect(sheet(page)).toContainText("0 batteries to take now");
});

test("who holds as many as one may is told so", async ({ page, operator }) => {
  const station = await operator.station("Greedy");
  await operator.stock(station, 4);
  const user = newUser();
  const { http } = clientOf(user, "rider");
  let refusal: unknown = null;
  while (refusal === null)
    refusal = await http.book(station).then(
      () => null,
      (error) => error,
    );
  expect(refusal).toMatchObject({ code: "order-limit-reached" });
  await operator.stock(station, 1);
  await signIn(page, "rider", { user, to: `/?station=${station}` });
  await sheet(page).getByRole("button", { name: "Book a battery" }).click();
  await expect(sheet(page).getByRole("alert")).toContainText("You hold as many batteries as you may.");
});

test("nobody books without signing in, and lands on the same station after it", async ({ page, operator }) => {
  const station = await operator.station("Sign in first");
  await operator.stock(station, 1);
  await page.goto(`/?station=${station}`);
  await sheet(page).getByRole("link", { name: "Sign in to book" }).click();
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByRole("button", { name: /^Rider 43/ }).click();
  await expect(page).toHaveURL(new RegExp(`station=${station}`));
  await expect(sheet(page).getByRole("button", { name: "Book a battery" })).toBeEnabled();
});

test("messages arrive live, count as unread until they are seen, and stay in the inbox", async ({ page }) => {
  const user = await signIn(page, "rider");
  const admin = clientOf(newUser(), "admin").http;
  // A page that has just been opened tells of messages from a moment on; earlier ones stand in the inbox.
  let sent = 0;
  await expect(async () => {
    sent += 1;
    const message = `Closed on Sunday, ${sent}.`;
    const body = { user_id: user, title: "Works on Bole Road", message, level: "warning" } as const;
    await admin.post("/notifications/", { body });
    await expect(page.getByText(message)).toBeVisible({ timeout: 3_000 });
  }).toPass();
  const inbox = page.getByRole("link", { name: /^Messages/ });
  await expect(inbox).toHaveAccessibleName(new RegExp(`\\b${sent} unread`));

  await inbox.click();
  await expect(page.getByRole("main").getByText("Works on Bole Road")).toHaveCount(sent);
  await expect(page.getByRole("main").getByText("New", { exact: true })).toHaveCount(sent);
  await expect(inbox).not.toHaveAccessibleName(/unread/);
  await page.reload();
  await expect(page.getByRole("main").getByText("Works on Bole Road")).toHaveCount(sent);
  await expect(page.getByRole("main").getByText("New", { exact: true })).toHaveCount(0);
});

test("messages are written in the chosen language, with times by the chosen clock", async ({ page, operator }) => {
  const station = await operator.station("Bole Road 7");
  await operator.stock(station, 1);
  const user = await signIn(page, "rider", { to: "/settings" });
  for (const [label, choice] of [
    ["Language of messages", "de"],
    ["Time zone of messages", "Europe/Berlin"],
  ] as const) {
    const saved = page.waitForResponse((response) => response.request().method() === "PATCH" && response.ok());
    await page.getByLabel(label).selectOption(choice);
    await saved;
  }
  const { expires_at } = await clientOf(user, "rider").http.book(station);
  const part = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("de", { ...style, timeZone: "Europe/Berlin" }).format(new Date(expires_at));
  const day = part({ day: "2-digit", month: "2-digit", year: "numeric" });
  const clock = part({ hour: "2-digit", minute: "2-digit" });
  const sentence = `An der Station Bole Road 7 ist bis zum ${day} um ${clock} Uhr ein Akku für Sie reserviert.`;

  await page.getByRole("link", { name: /^Messages/ }).click();
  await expect(page.getByRole("main").getByText(sentence)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("main").getByText(sentence)).toBeVisible();
  await expect(page.getByRole("main").getByText("Reservierung bestätigt")).toBeVisible();
});

test("the map says the same as the list, and a station on it opens its sheet", async ({ page, operator }) => {
  const station = await operator.station(`Only ${operator.user}`, 5.25, 40.25);
  await operator.stock(station, 3);
  await page.goto("/");
  await page.getByRole("searchbox", { name: "Search stations by name" }).fill(String(operator.user));
  await expect(page.locator("button[data-station]")).toHaveCount(1);
  const map = page.locator("canvas[aria-label='Map of stations']");
  await expect(map).toBeVisible();
  // One station alone is in the middle of the map that shows all there are.
  const box = await map.boundingBox();
  if (!box) throw new Error("The map has no size.");
  await expect
    .poll(
      async () => {
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        return sheet(page).count();
      },
      { timeout: 20_000 },
    )
    .toBe(1);
  await expect(sheet(page)).toContainText("3 batteries to take now");
});

test("the app speaks German and Amharic, and keeps the choice", async ({ page }) => {
  await page.goto("/settings");
  await page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await expect(page.getByRole("heading", { name: "Einstellungen" })).toBeVisible();
  await page.getByRole("combobox", { name: "Sprache" }).selectOption("am");
  await expect(page.locator("html")).toHaveAttribute("lang", "am");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "am");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("ቅንብሮች");
});
