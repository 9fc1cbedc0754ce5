// Orders for the tests, and an API that keeps some.

import type { Order } from "@swapwire/client";
import type { Gateway } from "./gateway.ts";

export function order(id: number, change: Partial<Order> = {}): Order {
  return {
    id,
    status: "booked",
    station: { id: 1, name: "Station 1" },
    battery: { id: 7, serial_number: "B-7", model: "M", state_of_charge_percent: 95 },
    booked_at: "2026-01-01T00:00:00.000000Z",
    expires_at: "2026-01-02T00:00:00.000000Z",
    collected_at: null,
    cancelled_at: null,
    ...change,
  };
}

/** Newest first, by pages, as the API does. */
export function serveOrders(gateway: Gateway, orders: Order[]): void {
  gateway.route("GET /user/orders/", ({ query }) => {
    const status = query.get("status");
    const after = Number(query.get("after") ?? Number.POSITIVE_INFINITY);
    const limit = Number(query.get("limit") ?? 50);
    const matching = orders.filter((one) => (!status || one.status === status) && one.id < after);
    const items = structuredClone(matching.sort((one, other) => other.id - one.id).slice(0, limit));
    const next = matching.length > limit ? String(items.at(-1)?.id) : null;
    return { status: 200, body: { items, next } };
  });
}
