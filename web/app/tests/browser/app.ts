// What the browser tests stand on: people who sign in, pages that must not complain, and the instance behind them.

import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { newUser, Operator, tokenOf } from "../../../packages/client/tests/live/instance.ts";

export { clientOf, newUser, Operator, supervise, tokenOf } from "../../../packages/client/tests/live/instance.ts";
export { expect };

type Role = "rider" | "operator" | "admin";

/** What a page may say on its console without failing the test: a refused request is the test's own doing. */
const expected = /Failed to load resource: the server responded with a status of|net::ERR_|WebSocket connection to/;

export const test = base.extend<{ operator: Operator; complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
  operator: async ({}, use) => use(new Operator()),
  /** Errors of the console, violations of the CSP among them, and exceptions that nobody caught. */
  complaints: [
    async ({ context }, use) => {
      const heard: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error" && !expected.test(message.text())) heard.push(message.text());
      });
      context.on("weberror", (error) => heard.push(String(error.error())));
      await use(heard);
      expect(heard, "what pages complained of").toEqual([]);
    },
    { auto: true },
  ],
});

/** Somebody new on the sign-in page of this browser, with a token of the instance. The page reads it as it reads the file. */
export async function offerIdentity(
  context: BrowserContext,
  role: Role,
  options: { user?: number; ttl?: string } = {},
) {
  const user = options.user ?? newUser();
  const label = `Test ${role} ${user}`;
  await context.route("/demo-identities.json", (route) => {
    const token = tokenOf(user, role, options.ttl ?? "1h");
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return route.fulfill({ json: { identities: [{ label, role, user_id: user, token, expires_at }] } });
  });
  return { user, label };
}

/** Signs somebody new in, stays where they came from, and waits until their messages are heard live. */
export async function signIn(
  page: Page,
  role: Role,
  options: { user?: number; ttl?: string; to?: string } = {},
): Promise<number> {
  const { user, label } = await offerIdentity(page.context(), role, options);
  const greeted = page
    .waitForEvent("websocket", (socket) => socket.url().includes("/ws/notifications"))
    .then((socket) => socket.waitForEvent("framereceived"));
  await page.goto(`/sign-in?to=${encodeURIComponent(options.to ?? "/")}`);
  await page.getByRole("button", { name: label }).click();
  await expect(page.getByRole("link", { name: `Signed in as ${label}` })).toBeVisible();
  await greeted;
  return user;
}
