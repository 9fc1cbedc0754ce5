// @vitest-environment happy-dom
// The app of one file works: it lists, searches, books, says why not, and cancels.

import { act, fireEvent } from "@testing-library/react";
import { Suspense } from "react";
import { expect, test } from "vitest";
import { App } from "../../example/App.tsx";
import { useOrders, useStation, useStations } from "../../src/index.ts";
import { Gateway, refusal, station } from "./gateway.ts";
import { order, serveOrders } from "./orders.ts";
import { settle, show } from "./page.tsx";

test("the example lists, searches, books, says why not, and cancels", async () => {
  const gateway = new Gateway([
    station(1, { station_name: "Alexanderplatz", available_batteries: 3 }),
    station(2, { station_name: "Zoo" }),
  ]);
  const orders = [order(1)];
  serveOrders(gateway, orders);
  gateway.route("POST /user/orders/1/cancel/", () => {
    orders.splice(0, 1, order(1, { status: "cancelled" }));
    return { status: 200, body: orders[0] };
  });
  gateway.route("POST /user/orders/", () => refusal(409, "order-limit-reached"));
  const { container, text } = await show(gateway.client, <App client={gateway.client} />, { strict: true });
  const button = (name: string, at = 0) =>
    [...container.querySelectorAll("button")].filter(({ textContent }) => textContent === name)[at] ?? container;
  expect(container.querySelectorAll("li")).toHaveLength(2);
  expect(text()).toContain("B-7 at Station 1");

  await settle(() => fireEvent.click(button("Book")));
  expect(container.querySelector("li")?.textContent).toMatch(/^5 Zoo.*It says order-limit-reached\.$/);
  await settle(() => fireEvent.change(container.querySelector("input") ?? container, { target: { value: "alex" } }));
  expect([...container.querySelectorAll("li")].map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^3 Alexanderplatz, \d\.\d km Book$/),
  ]);
  await settle(() => gateway.change(1, { available_batteries: 0 }));
  expect(text()).toContain("No station with a battery within 20 km.");
  await settle(() => fireEvent.click(button("Cancel")));
  expect(text()).not.toContain("B-7");
});

const opened = { now: () => {} };
let answer: string | null = null;
const answered = new Promise<void>((resolve) => {
  opened.now = () => {
    answer = "here";
    resolve();
  };
});

/** Suspends after its hooks have run: React throws these renders away. */
function Suspending() {
  const { stations } = useStations({ box: [13, 52, 14, 53] });
  const one = useStation(1);
  const { orders } = useOrders();
  if (answer === null) throw answered;
  return `${answer} ${stations.length} ${one?.station_name} ${orders.length}`;
}

test("renders that Suspense throws away open nothing; the one that stays opens each once", async () => {
  const gateway = new Gateway([station(1)]);
  serveOrders(gateway, [order(1)]);
  const suspended = (
    <Suspense fallback="waits">
      <Suspending />
    </Suspense>
  );
  const page = await show(gateway.client, suspended, { strict: true });
  await page.again(suspended);
  expect(page.text()).toBe("waits");
  expect(gateway.sockets).toHaveLength(0);
  expect(gateway.requests).toHaveLength(0);
  await act(async () => opened.now());
  await settle();
  expect(page.text()).toBe("here 1 Station 1 1");
  expect(gateway.open).toHaveLength(3);
  expect(gateway.sockets).toHaveLength(3);
  await page.unmount();
  gateway.advance(5_100);
  expect(gateway.open).toHaveLength(0);
});
