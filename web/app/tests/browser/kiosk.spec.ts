// The screen at a station's door.

import { clientOf, expect, newUser, supervise, test } from "./app.ts";

test("a kiosk shows its station's count live, without a token", async ({ page, operator }) => {
  const station = await operator.station("Bole Road 3");
  await operator.stock(station, 2);
  await page.goto(`/kiosk/${station}`);
  await expect(page.getByRole("heading", { name: "Bole Road 3" })).toBeVisible();
  await expect(page.getByText("2", { exact: true })).toBeVisible();

  await clientOf(newUser(), "rider").http.book(station);

  await expect(page.getByText("1", { exact: true })).toBeVisible();
  await expect(page.getByText("battery ready")).toBeVisible();
  await expect(page.getByText("1 reserved")).toBeVisible();
});

test("a kiosk says that its station is closed, and that there is no such station", async ({ page, operator }) => {
  const station = await operator.station("Closed for now");
  await page.goto(`/kiosk/${station}`);
  await expect(page.getByText("No battery ready")).toBeVisible();
  const body = { status: "offline" } as const;
  await operator.http.patch("/stations/{station_id}/", { path: { station_id: station }, body });
  await expect(page.getByText("This station is closed")).toBeVisible();

  await page.goto("/kiosk/999999999");
  await expect(page.getByText("There is no station 999999999.")).toBeVisible();
});

test("a kiosk that is not live says of when its figures are, and is live again by itself", async ({
  page,
  operator,
}) => {
  const station = await operator.station("Cut off");
  await operator.stock(station, 3);
  await page.goto(`/kiosk/${station}`);
  await expect(page.getByText("3", { exact: true })).toBeVisible();

  await supervise("stop", "gateway-1", "gateway-2");
  try {
    await expect(page.getByRole("alert")).toContainText("Not live. These are the figures of");
    await operator.stock(station, 1);
  } finally {
    await supervise("start", "gateway-1", "gateway-2");
  }

  await expect(page.getByText("4", { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByRole("alert")).toBeHidden();
});
