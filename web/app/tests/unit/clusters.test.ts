// Groups of stations on the map.

import { expect, test } from "vitest";
import { cluster } from "../../src/map/clusters.ts";
import { project, unproject } from "../../src/map/mercator.ts";

const radius = 0.001;
const membersOf = (points: { x: number; y: number }[]) =>
  cluster(points, radius).map(({ members }) => members.toSorted());

test("points within the radius are one group, others stand alone", () => {
  const points = [
    { x: 0.5, y: 0.5 },
    { x: 0.5 + radius * 0.9, y: 0.5 },
    { x: 0.5 + radius * 2.5, y: 0.5 },
  ];
  expect(membersOf(points)).toEqual([[0, 1], [2]]);
});

test("points on two sides of the edge between two squares find each other", () => {
  const edge = radius * 500;
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ]) {
    const step = radius * 0.1;
    const points = [
      { x: edge - step * (dx ?? 0), y: edge - step * (dy ?? 0) },
      { x: edge + step * (dx ?? 0), y: edge + step * (dy ?? 0) },
    ];
    expect(membersOf(points)).toEqual([[0, 1]]);
  }
});

test("the western and the eastern edge of the world are not beside each other", () => {
  const points = [
    { x: 0, y: 0.5 },
    { x: 1 - radius / 10, y: 0.5 },
  ];
  expect(membersOf(points)).toEqual([[0], [1]]);
});

test("ten thousand points are each in exactly one group, and no member is farther than the radius from its first", () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const points = Array.from({ length: 10_000 }, () => ({ x: 0.5 + random() / 50, y: 0.3 + random() / 50 }));
  const clusters = cluster(points, radius);
  const members = clusters.flatMap((each) => [...each.members]);
  expect(members.toSorted((one, other) => one - other)).toEqual(points.map((_, index) => index));
  expect(clusters.length).toBeLessThan(1_000);
  for (const { members } of clusters) {
    const seedPoint = points[Math.min(...members)];
    for (const index of members) {
      const point = points[index];
      expect(
        Math.hypot((point?.x ?? 9) - (seedPoint?.x ?? 0), (point?.y ?? 9) - (seedPoint?.y ?? 0)),
      ).toBeLessThanOrEqual(radius);
    }
  }
});

test("a projected place comes back as itself", () => {
  for (const place of [
    { latitude: 0, longitude: 0 },
    { latitude: 52.52, longitude: 13.405 },
    { latitude: -33.9, longitude: -179.5 },
  ]) {
    const back = unproject(project(place));
    expect(back.latitude).toBeCloseTo(place.latitude, 9);
    expect(back.longitude).toBeCloseTo(place.longitude, 9);
  }
});
