// Who one is: demo identities of this machine, and an account at an identity provider.

import { expect, newUser, signIn, test } from "./app.ts";
import { serveIdentityProvider } from "./identity_provider.ts";

test("a demo identity is one click, and signing out forgets it", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /^Rider 42/ }).click();
  await expect(page.getByRole("link", { name: "Signed in as Rider 42" })).toBeVisible();
  await page.reload();
  await page.getByRole("link", { name: "Signed in as Rider 42" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem("swapwire.session"))).toBeNull();
});

test("a page of another role asks for a sign-in and comes back to where it was", async ({ page }) => {
  await page.goto("/orders");
  await expect(page.getByText("Please sign in to see this page.")).toBeVisible();
  await signIn(page, "rider", { to: "/orders" });
  await expect(page).toHaveURL(/\/orders$/);
  await page.goto("/network");
  await expect(page.getByText("This page is for the role Administrator.")).toBeVisible();
});

test("the sign-in page sends nobody to another site", async ({ page }) => {
  await signIn(page, "rider", { to: "//example.invalid/" });
  await expect(page).toHaveURL(new RegExp(`^${process.env.SWAPWIRE_TEST_BASE_URL}/`));
});

test("an account at an identity provider signs in, books with its token, and gets the next one by itself", async ({
  page,
  operator,
  baseURL,
}) => {
  const issuer = process.env.SWAPWIRE_TEST_OIDC_URL ?? "";
  const ttl = 35;
  const provider = await serveIdentityProvider(issuer, baseURL ?? "", ttl);
  try {
    const station = await operator.station("Behind the sign-in");
    await operator.stock(station, 1);
    const user = String(newUser());
    await page.goto("/sign-in?to=/orders");
    await page.getByRole("button", { name: "Sign in with your account" }).click();
    await page.getByPlaceholder("Enter any login").fill(user);
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("link", { name: `Signed in as ${user}` })).toBeVisible();
    await expect(page).toHaveURL(/\/orders$/);

    // Five seconds after it was issued a token of 35 s has less left than the app allows for: it is renewed.
    const renewed = page.waitForResponse(
      (response) =>
        response.url() === `${issuer}/token` && (response.request().postData() ?? "").includes("refresh_token="),
    );
    await page.goto(`/?station=${station}`);
    await page.getByRole("button", { name: /^Book/ }).click();
    await renewed;
    await page.goto("/orders");
    await expect(page.getByText("Behind the sign-in").first()).toBeVisible();
  } finally {
    provider.close();
    provider.closeAllConnections();
  }
});
