// Distances and boxes, at the poles and at the 180th meridian too.

import type { Box } from "@swapwire/client";
import { expect, test } from "vitest";
import { boxAround, boxCovers, boxesMeet, distanceKm } from "../../src/geography.ts";

const berlin = { latitude: 52.52, longitude: 13.405 };
const addis = { latitude: 9.03, longitude: 38.74 };

test("distances along a great circle", () => {
  expect(distanceKm(berlin, addis)).toBeCloseTo(5_310, -2);
  expect(distanceKm(berlin, berlin)).toBe(0);
  expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.2, 1);
  expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 7 })).toBeCloseTo(20_015, 0);
});

for (const [name, point] of Object.entries({
  Berlin: berlin,
  "an island west of the 180th meridian": { latitude: -17.7, longitude: 179.9 },
  "an island east of it": { latitude: -17.2, longitude: -179.9 },
  "a place near the pole": { latitude: 88.5, longitude: -30 },
})) {
  test(`a box around ${name} holds the whole circle and little more`, () => {
    const box = boxAround(point, 50);
    const [west, , east] = box;
    expect(Math.max(Math.abs(west), Math.abs(east)), "degrees that the API knows").toBeLessThanOrEqual(180);
    for (let bearing = 0; bearing < 360; bearing += 1)
      expect(boxCovers(box, pointBox(onCircle(point, 49.9, bearing)))).toBe(true);
    const outside = [0, 90, 180, 270].filter((bearing) => !boxCovers(box, pointBox(onCircle(point, 60, bearing))));
    expect(outside).toHaveLength(4);
  });
}

test("a circle that holds a pole needs all longitudes", () => {
  expect(boxAround({ latitude: 89.9, longitude: 10 }, 50).slice(0, 3)).toEqual([-180, expect.closeTo(89.45, 1), 180]);
});

test("boxes that cover and meet each other, across the 180th meridian too", () => {
  const fiji: Box = [177, -20, -178, -15];
  expect(boxCovers(fiji, [179, -18, -179, -16])).toBe(true);
  expect(boxCovers(fiji, [-179, -18, -178, -16])).toBe(true);
  expect(boxCovers(fiji, [-179, -18, -177, -16])).toBe(false);
  expect(boxCovers(fiji, [-179, -21, -178, -16])).toBe(false);
  expect(boxCovers([-180, -90, 180, 90], fiji)).toBe(true);
  expect(boxesMeet(fiji, [-178.5, -16, -170, -10])).toBe(true);
  expect(boxesMeet([-178.5, -16, -170, -10], fiji)).toBe(true);
  expect(boxesMeet(fiji, [-177, -16, -170, -10])).toBe(false);
  expect(boxesMeet(fiji, [177, -10, 178, -5])).toBe(false);
});

const pointBox = ({ latitude, longitude }: { latitude: number; longitude: number }): Box => [
  longitude,
  latitude,
  longitude,
  latitude,
];

/** The point this far away in this direction. */
function onCircle(from: { latitude: number; longitude: number }, km: number, bearing: number) {
  const [turn, north, angle] = [(bearing * Math.PI) / 180, (from.latitude * Math.PI) / 180, km / 6371.0088];
  const latitude = Math.asin(Math.sin(north) * Math.cos(angle) + Math.cos(north) * Math.sin(angle) * Math.cos(turn));
  const east = Math.atan2(
    Math.sin(turn) * Math.sin(angle) * Math.cos(north),
    Math.cos(angle) - Math.sin(north) * Math.sin(latitude),
  );
  const longitude = from.longitude + (east * 180) / Math.PI;
  return { latitude: (latitude * 180) / Math.PI, longitude: ((longitude + 540) % 360) - 180 };
}
