// An operator's way: own stations at a glance, a new station, its batteries in and out, its status, its history.

import { clientOf, expect, newUser, Operator, signIn, test } from "./app.ts";

test("own stations only, live, with what needs attention first", async ({ page, operator }) => {
  const other = await new Operator().station("Somebody else's");
  const full = await operator.station(`A full ${operator.user}`);
  const empty = await operator.station(`Z empty ${operator.user}`);
  await operator.stock(full, 5);
  await signIn(page, "operator", { user: operator.user, to: "/operator" });
  const names = page.getByRole("main").getByText(new RegExp(`(A full|Z empty) ${operator.user}`));
  await expect(names.first()).toContainText("Z empty");
  await expect(page.getByRole("main").getByText("Somebody else's")).toBeHidden();
  expect([other, full, empty].every((id) => id > 0)).toBe(true);
  await operator.stock(empty, 4);
  await expect(
    page
      .getByRole("main")
      .getByRole("row")
      .filter({ hasText: `Z empty ${operator.user}` }),
  ).toContainText("4");
});

test("a new station gets its batteries from a pasted list", async ({ page }) => {
  const user = newUser();
  const operator = clientOf(user, "operator").http;
  const serials = [1, 2, 3].map((number) => `S-${user}-${number}`);
  const body = serials.map((serial_number) => ({ serial_number, model: "Test", state_of_charge_percent: 95 }));
  await operator.post("/batteries/", { body });
  await signIn(page, "operator", { user, to: "/operator" });
  await page
    .getByRole("link", { name: "New station" })
    .or(page.getByRole("button", { name: "New station" }))
    .first()
    .click();
  await page.getByLabel("Name").fill(`Pasted ${user}`);
  await page.getByLabel("Latitude").fill("9.01");
  await page.getByLabel("Longitude").fill("38.76");
  await page.getByRole("button", { name: "Create the station" }).click();
  await expect(page.getByRole("heading", { name: `Pasted ${user}` })).toBeVisible();

  await page.getByRole("button", { name: "Add batteries" }).first().click();
  const field = page.getByLabel("Serial number or battery number");
  await field.fill(serials.join("\n"));
  await field.press("Enter");
  await page.getByRole("button", { name: "Add 3 batteries" }).click();
  for (const serial of serials) await expect(page.getByRole("main").getByText(serial)).toBeVisible();
});

test("a bulk action says for each row how it went", async ({ page, operator }) => {
  const station = await operator.station(`Bulk ${operator.user}`);
  const batteries = await operator.stock(station, 3);
  await clientOf(newUser(), "rider").http.book(station, batteries[0]);
  await signIn(page, "operator", { user: operator.user, to: `/operator/stations/${station}` });
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Set faulty" }).click();
  await expect(page.getByText("A rider holds it").first()).toBeVisible();
  await expect(page.getByText(/2 done, 1 failed/)).toBeVisible();
  const { items } = await operator.http.get("/stations/{station_id}/batteries/", { path: { station_id: station } });
  expect(items.map(({ state }) => state).sort()).toEqual(["booked", "faulty", "faulty"]);
});

test("a closed station is closed on a rider's screen, and the history says who did it", async ({
  page,
  browser,
  operator,
}) => {
  const station = await operator.station(`Closing ${operator.user}`);
  await operator.stock(station, 1);
  const rider = await browser.newPage();
  await rider.goto(`${process.env.SWAPWIRE_TEST_BASE_URL}/?station=${station}`);
  await expect(rider.getByRole("dialog")).toContainText("Open");

  await signIn(page, "operator", { user: operator.user, to: `/operator/stations/${station}` });
  await page.getByRole("button", { name: "Change status" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Maintenance").click();
  await dialog.getByLabel("Message to riders").fill("New rack until noon");
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(rider.getByRole("dialog")).toContainText("Under maintenance");
  await expect(rider.getByRole("dialog")).toContainText("New rack until noon");
  await rider.close();
  await page
    .getByRole("tab", { name: "History" })
    .or(page.getByRole("link", { name: "History" }))
    .first()
    .click();
  await expect(page.getByText("Station changed").first()).toBeVisible();
  await expect(page.getByText("You", { exact: true }).first()).toBeVisible();
});
