// @vitest-environment happy-dom
// Booking: the count drops at once, and comes back with the reason where it is refused.

import { SwapwireError } from "@swapwire/client";
import { expect, test } from "vitest";
import { useBook, useStation, useStations } from "../../src/index.ts";
import { Gateway, refusal, station } from "./gateway.ts";
import { order } from "./orders.ts";
import { settle, use } from "./page.tsx";

/** A booking that waits to be answered. */
function gatewayThatWaits() {
  const gateway = new Gateway([station(1), station(2)]);
  const waiting: ((answer: { status: number; body: unknown }) => void)[] = [];
  gateway.route("POST /user/orders/", () => new Promise((resolve) => waiting.push(resolve)));
  return { gateway, waiting };
}

const useAll = () => ({
  list: useStations({ all: true, filter: { available: true } }),
  booking: useBook(),
  one: useStation(1),
});

test("the count drops at once, for lists, a station and whoever listens by himself; the others keep still", async () => {
  const { gateway, waiting } = gatewayThatWaits();
  const { seen } = await use(gateway.client, useAll);
  const alone = await use(gateway.client, () => useStation(1));
  const another = await use(gateway.client, () => useStation(2));
  const { renders } = another.seen;
  const heard: number[] = [];
  const stop = seen.current.list.source.subscribe((changed) => heard.push(...changed));
  const [, other] = seen.current.list.stations;
  await settle(() => void seen.current.booking.book(1));
  expect(seen.current.booking.pending).toBe(1);
  expect(seen.current.list.stations[0]).toMatchObject({
    available_batteries: 4,
    booked_batteries: 2,
    total_batteries: 8,
  });
  expect(seen.current.list.stations[1]).toBe(other);
  expect(seen.current.one).toMatchObject({ available_batteries: 4 });
  expect(seen.current.list.source.list()[0]?.available_batteries).toBe(4);
  expect(heard).toEqual([1]);
  expect(alone.seen.current?.available_batteries).toBe(4);
  expect(another.seen.renders).toBe(renders);

  // The station's own state arrives before the answer: nothing is taken twice.
  await settle(() => gateway.change(1, { available_batteries: 4, booked_batteries: 2 }));
  expect(seen.current.one?.available_batteries).toBe(4);
  await settle(() => waiting[0]?.({ status: 201, body: order(5) }));
  expect(seen.current.booking).toMatchObject({ pending: null, error: null });
  expect(seen.current.one?.available_batteries).toBe(4);
  await settle(() => gateway.change(1, { available_batteries: 5 }));
  expect(seen.current.one?.available_batteries).toBe(5);
  stop();
});

test("the answer arrives before the station's own state: the count stays down until that", async () => {
  const { gateway, waiting } = gatewayThatWaits();
  const { seen } = await use(gateway.client, useAll);
  await settle(() => void seen.current.booking.book(1));
  await settle(() => waiting[0]?.({ status: 201, body: order(5) }));
  expect(seen.current.one?.available_batteries).toBe(4);
  await settle(() => gateway.change(1, { available_batteries: 4, booked_batteries: 2 }));
  expect(seen.current.one?.available_batteries).toBe(4);
});

test("a refusal puts the battery back and says why, as an error and as a rejection", async () => {
  const { gateway, waiting } = gatewayThatWaits();
  const { seen } = await use(gateway.client, useAll);
  const before = seen.current.list.stations;
  let reason: unknown;
  await settle(() => void seen.current.booking.book(1, 7).catch((error) => (reason = error)));
  expect(gateway.asked("POST /user/orders/")[0]?.body).toEqual({ station: 1, battery: 7 });
  expect(seen.current.list.stations).not.toBe(before);
  await settle(() => waiting[0]?.(refusal(409, "battery-unavailable")));
  expect(seen.current.list.stations).toEqual(before);
  expect(seen.current.list.stations[0]).toBe(before[0]);
  expect(seen.current.booking).toMatchObject({ pending: null, error: { code: "battery-unavailable", status: 409 } });
  expect(reason).toBeInstanceOf(SwapwireError);
  await settle(() => seen.current.booking.reset());
  expect(seen.current.booking.error).toBeNull();
});

test("the last battery: the station leaves a list of those that have one, and comes back when it is refused", async () => {
  const { gateway, waiting } = gatewayThatWaits();
  gateway.stations.set(1, station(1, { available_batteries: 1 }));
  const { seen } = await use(gateway.client, useAll);
  const shown = () => seen.current.list.stations.map(({ station_id }) => station_id);
  await settle(() => void seen.current.booking.book(1));
  expect(shown()).toEqual([2]);
  await settle(() => waiting[0]?.(refusal(409, "station-empty")));
  expect(shown()).toEqual([1, 2]);
  expect(seen.current.booking.error?.code).toBe("station-empty");
});

test("pressing twice books once, from two components too", async () => {
  const { gateway, waiting } = gatewayThatWaits();
  const first = await use(gateway.client, useAll, { strict: true });
  const second = await use(gateway.client, useBook);
  await settle(() => {
    void first.seen.current.booking.book(1);
    void first.seen.current.booking.book(1);
    void second.seen.current.book(1);
  });
  expect(gateway.asked("POST /user/orders/")).toHaveLength(1);
  expect(first.seen.current.one?.available_batteries).toBe(4);
  await settle(() => waiting[0]?.({ status: 201, body: order(5) }));
  expect(second.seen.current.pending).toBeNull();
  expect(first.seen.current.booking.pending).toBeNull();
});
