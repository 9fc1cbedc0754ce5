// Pending bookings laid over stations.

import type { Station } from "@swapwire/client";
import { expect, test } from "vitest";
import { Overlay } from "../../src/overlay.ts";

const station = (): Station => ({
  station_id: 1,
  station_name: "Ostkreuz",
  status: "online",
  latitude: 52.5,
  longitude: 13.47,
  revision: 7,
  available_batteries: 5,
  booked_batteries: 0,
  unavailable_batteries: 0,
  total_batteries: 5,
  timestamp: "2026-11-24T12:00:00Z",
});

test("two sets that hold the same station as two objects each keep seeing one object", () => {
  const overlay = new Overlay();
  const inList = station();
  const alone = station();
  overlay.take(inList);
  const shownInList = overlay.over(inList);
  const shownAlone = overlay.over(alone);
  expect(shownInList.available_batteries).toBe(4);
  expect(shownAlone.available_batteries).toBe(4);
  // React asks again while it renders: another object for the same state would render for ever.
  expect(overlay.over(inList)).toBe(shownInList);
  expect(overlay.over(alone)).toBe(shownAlone);
});

test("what is laid over already is not taken twice", () => {
  const overlay = new Overlay();
  const before = station();
  overlay.take(before);
  const shown = overlay.over(before);
  expect(overlay.over(shown)).toBe(shown);
});
