// Notifications: the service worker shows them, by push and from an open page, and each message once.

import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./app.ts";

interface Shown {
  tag: string;
  title: string;
  body: string;
}

const shown = (page: Page): Promise<Shown[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ tag, title, body }) => ({ tag, title, body }));
  });

/** Delivers a push message to the app's worker, as the browser's push service would. */
async function deliver(page: Page, message: object | null): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ isDeleted }) => !isDeleted);
      if (ours) resolve(ours.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const origin = new URL(process.env.SWAPWIRE_TEST_BASE_URL ?? "").origin;
  const registrationId = await registration;
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(message) });
  await session.detach();
}

test.use({ permissions: ["notifications"] });

test("a push message is shown once while no page is open, under its notification's number", async ({
  page,
  context,
}) => {
  await page.goto("/");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const message = {
    notification_id: 7,
    type: "booking_ready",
    title: "Battery charged",
    message: "Your battery at Bole Road 3 is ready.",
    level: "success",
    booking_id: 12,
  };
  await page.goto("about:blank");
  await deliver(page, message);
  await deliver(page, message);

  const later = await context.newPage();
  await later.goto("/kiosk/1");
  await expect
    .poll(() => shown(later))
    .toEqual([{ tag: "notification-7", title: "Battery charged", body: "Your battery at Bole Road 3 is ready." }]);
});

test("a page that somebody looks at shows the message itself", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await deliver(page, { notification_id: 8, type: "notification", title: "Seen", message: "Already", level: "info" });
  // Push messages are handled in their order, and one without a text always shows: the first has been through by then.
  await deliver(page, null);
  await expect.poll(async () => (await shown(page)).map(({ title }) => title)).toEqual(["Swapwire"]);
});

test("each kind of message can be turned off, and the choice is kept", async ({ page }) => {
  await signIn(page, "rider", { to: "/settings" });
  const expiring = page.getByRole("checkbox", { name: "Hold about to expire" });
  await expect(expiring).toBeChecked();
  const saved = page.waitForResponse((response) => response.request().method() === "PATCH" && response.ok());
  await expiring.uncheck();
  await saved;
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Hold about to expire" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Battery booked" })).toBeChecked();
});
