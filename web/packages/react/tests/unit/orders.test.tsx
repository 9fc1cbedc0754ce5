// @vitest-environment happy-dom
// A rider's orders: pages, live, and what he does shown at once.

import { act } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useBook, useOrders } from "../../src/index.ts";
import { Gateway, refusal } from "./gateway.ts";
import { order, serveOrders } from "./orders.ts";
import { settle, use } from "./page.tsx";

function gatewayWith(count: number) {
  const gateway = new Gateway();
  const orders = Array.from({ length: count }, (_, index) => order(index + 1));
  serveOrders(gateway, orders);
  return { gateway, orders };
}

const told = (type: string, notification_id: number) => ({
  type,
  notification_id,
  booking_id: 1,
  station_id: 1,
  station_name: "Station 1",
  message: type,
  timestamp: "2026-01-01T00:00:00.000000Z",
});

test("pages follow each other; reading again reads as many as are shown, and keeps what didn't change", async () => {
  const { gateway, orders } = gatewayWith(45);
  const { seen } = await use(gateway.client, () => useOrders());
  expect(seen.current).toMatchObject({ loading: false, hasMore: true, error: null });
  expect(seen.current.orders.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => 45 - index));
  await settle(() => void seen.current.more());
  await settle(() => void seen.current.more());
  expect(seen.current.orders).toHaveLength(45);
  expect(seen.current.hasMore).toBe(false);
  const before = seen.current.orders;
  await settle(() => void seen.current.refresh());
  expect(seen.current.orders).toBe(before);
  orders.push(order(46));
  await settle(() => void seen.current.refresh());
  expect(seen.current.orders.length).toBeGreaterThanOrEqual(45);
  expect(seen.current.orders[0]?.id).toBe(46);
  expect(seen.current.orders[1]).toBe(before[0]);
});

test("what the rider's channel says is read, once for all who show it, and renders only what changed", async () => {
  const { gateway, orders } = gatewayWith(2);
  const one = await use(gateway.client, () => useOrders());
  const other = await use(gateway.client, () => useOrders());
  const booked = await use(gateway.client, () => useOrders({ status: "booked" }));
  expect(gateway.open.filter(({ url }) => url.pathname === "/ws/notifications/")).toHaveLength(1);
  const [, untouched] = one.seen.current.orders;
  const asked = gateway.asked("GET /user/orders/").length;
  orders.splice(1, 1, order(2, { status: "expired" }));
  await settle(() => gateway.tell(told("booking_expired", 1)));
  expect(one.seen.current.orders.map(({ status }) => status)).toEqual(["expired", "booked"]);
  expect(one.seen.current.orders[1]).toBe(untouched);
  expect(other.seen.current.orders).toBe(one.seen.current.orders);
  expect(booked.seen.current.orders.map(({ id }) => id)).toEqual([1]);
  expect(gateway.asked("GET /user/orders/")).toHaveLength(asked + 2);
});

test("cancelling shows at once in all lists and is asked once; the answer stays", async () => {
  const { gateway, orders } = gatewayWith(2);
  const all = await use(gateway.client, () => useOrders());
  const booked = await use(gateway.client, () => useOrders({ status: "booked" }));
  let answer = () => {};
  gateway.route("POST /user/orders/2/cancel/", async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    orders.splice(1, 1, order(2, { status: "cancelled", cancelled_at: "2026-01-01T05:00:00.000000Z" }));
    return { status: 200, body: orders[1] };
  });
  await settle(() => {
    void all.seen.current.cancel(2);
    void booked.seen.current.cancel(2);
  });
  expect(all.seen.current.orders[0]).toMatchObject({ id: 2, status: "cancelled" });
  expect(booked.seen.current.orders.map(({ id }) => id)).toEqual([1]);
  expect(gateway.asked("POST /user/orders/2/cancel/")).toHaveLength(1);
  await settle(answer);
  expect(all.seen.current.orders[0]).toEqual(orders[1]);
  expect(booked.seen.current.orders.map(({ id }) => id)).toEqual([1]);
});

test("collecting that is refused is taken back, and says why", async () => {
  const { gateway } = gatewayWith(1);
  let answer = () => {};
  gateway.route("POST /user/orders/1/collect/", async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return refusal(409, "order-not-active");
  });
  const { seen } = await use(gateway.client, () => useOrders());
  let reason: { code?: string } = {};
  await settle(() => void seen.current.collect(1).catch((error) => (reason = error)));
  expect(seen.current.orders[0]?.status).toBe("collected");
  await settle(answer);
  expect(seen.current.orders[0]?.status).toBe("booked");
  expect(seen.current.error?.code).toBe("order-not-active");
  expect(reason.code).toBe("order-not-active");
});

test("a booking stands first in the list with its answer, before the channel says so", async () => {
  const { gateway, orders } = gatewayWith(1);
  gateway.route("POST /user/orders/", () => {
    orders.push(order(2));
    return { status: 201, body: order(2) };
  });
  const { seen } = await use(gateway.client, () => ({ list: useOrders({ status: "booked" }), booking: useBook() }));
  await settle(() => void seen.current.booking.book(1));
  expect(seen.current.list.orders.map(({ id }) => id)).toEqual([2, 1]);
});

test("StrictMode and leaving: one channel, which closes, and nothing is read any more", async () => {
  const { gateway } = gatewayWith(1);
  const { seen, unmount } = await use(gateway.client, () => useOrders(), { strict: true });
  expect(seen.current.orders).toHaveLength(1);
  expect(gateway.sockets).toHaveLength(1);
  await unmount();
  const asked = gateway.requests.length;
  await settle(() => gateway.tell(told("booking_expired", 1)));
  expect(gateway.requests).toHaveLength(asked);
  gateway.advance(5_100);
  expect(gateway.open).toHaveLength(0);
});

test("a list that can't be read says why, and shows what it had", async () => {
  const { gateway } = gatewayWith(3);
  const { seen } = await use(gateway.client, () => useOrders());
  gateway.route("GET /user/orders/", () => refusal(403, "forbidden"));
  await settle(() => void seen.current.refresh());
  expect(seen.current).toMatchObject({ loading: false, error: { code: "forbidden" } });
  expect(seen.current.orders).toHaveLength(3);
});

test("after a failure that may pass it is read again by itself, until nobody shows it", async () => {
  const { gateway } = gatewayWith(3);
  const { seen, unmount } = await use(gateway.client, () => useOrders());
  gateway.route("GET /user/orders/", () => refusal(500, "internal"));
  const asked = () => gateway.asked("GET /user/orders/").length;
  const before = asked();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
    void seen.current.refresh();
    await pass(9_000);
    expect(asked()).toBe(before + 1);
    expect(seen.current.error?.code).toBe("internal");
    await pass(2_000);
    expect(asked()).toBe(before + 2);
    const left = unmount();
    for (let second = 0; second < 30; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    await left;
    expect(asked()).toBe(before + 2);
  } finally {
    vi.useRealTimers();
  }
});
