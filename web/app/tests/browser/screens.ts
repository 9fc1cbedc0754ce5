// Every screen of the app with the role that sees it, for the tests that look at all of them.

import type { Browser, BrowserContext, Page } from "@playwright/test";
import { clientOf, newUser, Operator, signIn } from "./app.ts";

export interface Screen {
  readonly name: string;
  readonly role: "rider" | "operator" | "admin" | null;
  readonly path: string;
}

/** What the screens show: a small city of one operator, and a rider who holds a battery and has messages. */
export interface City {
  readonly operator: Operator;
  readonly rider: number;
  readonly stations: readonly number[];
}

const places = [
  ["Bole Road 3", 8.9956, 38.7896],
  ["Meskel Square", 9.0107, 38.7612],
  ["Piassa", 9.0359, 38.7527],
  ["Mercato North", 9.0335, 38.7386],
  ["Kazanchis", 9.0182, 38.7724],
  ["CMC Gate", 9.0204, 38.8459],
  ["Sarbet", 8.9976, 38.7361],
  ["Megenagna", 9.0202, 38.8021],
] as const;

export async function buildCity(): Promise<City> {
  const operator = new Operator();
  const stations: number[] = [];
  for (const [index, [name, latitude, longitude]] of places.entries()) {
    const id = await operator.station(name, latitude, longitude);
    if (index !== 3) await operator.stock(id, (index * 3) % 7 || 2);
    stations.push(id);
  }
  const closed = {
    path: { station_id: stations[6] ?? 0 },
    body: { status: "maintenance", status_message: "New rack" },
  } as const;
  await operator.http.patch("/stations/{station_id}/", closed);
  const rider = newUser();
  const { http } = clientOf(rider, "rider");
  const first = await http.book(stations[0] ?? 0);
  await http.post("/user/orders/{order_id}/collect/", { path: { order_id: first.id } });
  await http.book(stations[1] ?? 0);
  return { operator, rider, stations };
}

export function screensOf({ stations }: City): readonly Screen[] {
  const [station] = stations;
  return [
    { name: "find", role: null, path: "/" },
    { name: "find-held", role: "rider", path: "/" },
    { name: "station", role: "rider", path: `/?station=${station}` },
    { name: "orders", role: "rider", path: "/orders" },
    { name: "inbox", role: "rider", path: "/inbox" },
    { name: "settings", role: "rider", path: "/settings" },
    { name: "sign-in", role: null, path: "/sign-in" },
    { name: "operator", role: "operator", path: "/operator" },
    { name: "operator-wall", role: "operator", path: "/operator?view=wall" },
    { name: "operator-station", role: "operator", path: `/operator/stations/${station}` },
    { name: "operator-batteries", role: "operator", path: "/operator/batteries" },
    { name: "network-map", role: "admin", path: "/network?view=map" },
    { name: "network-wall", role: "admin", path: "/network?view=wall" },
    { name: "analytics", role: "admin", path: "/network/analytics" },
    { name: "events", role: "admin", path: "/network/events" },
    { name: "notify", role: "admin", path: "/network/notify" },
    { name: "health", role: "admin", path: "/network/health" },
    { name: "kiosk", role: null, path: `/kiosk/${station}` },
  ];
}

export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** A context in which the screen's role is signed in. Nothing moves in it: a colour on its way is no colour to judge. */
export async function openAs(
  browser: Browser,
  city: City,
  role: Screen["role"],
): Promise<{ context: BrowserContext; page: Page }> {
  const baseURL = process.env.SWAPWIRE_TEST_BASE_URL ?? "";
  const context = await browser.newContext({ baseURL, locale: "en-GB", reducedMotion: "reduce" });
  const page = await context.newPage();
  if (role !== null) {
    const user = role === "rider" ? city.rider : role === "operator" ? city.operator.user : newUser();
    await signIn(page, role, { user });
  }
  return { context, page };
}

/** Opens a screen and waits until it shows what it is for: its heading is there and nothing is loading any more. */
export async function open(page: Page, screen: Screen): Promise<void> {
  await page.goto(screen.path);
  await page.locator("h1, h2").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
