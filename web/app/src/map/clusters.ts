// Stations that are too close to each other to be shown apart, grouped. Counts are no part of it: they change a hundred
// times a second, while who stands near whom changes when a station is built.

import type { Projected } from "./mercator.ts";

export interface Cluster {
  /** The middle of its members, or the one member's place. */
  readonly x: number;
  readonly y: number;
  /** Indices of the points that were given. */
  readonly members: readonly number[];
}

/**
 * Each point that no cluster has yet takes its neighbours within `radius` along. The points are looked up by squares of
 * that size, so that ten thousand take some milliseconds and not a hundred million comparisons.
 */
export function cluster(points: readonly Projected[], radius: number): Cluster[] {
  const squares = new Map<number, number[]>();
  const columns = Math.ceil(1 / radius) + 1;
  const squareOf = ({ x, y }: Projected) => Math.floor(y / radius) * columns + Math.floor(x / radius);
  for (const [index, point] of points.entries()) {
    const square = squareOf(point);
    const inside = squares.get(square);
    if (inside) inside.push(index);
    else squares.set(square, [index]);
  }
  const taken = new Uint8Array(points.length);
  const clusters: Cluster[] = [];
  for (const [index, point] of points.entries()) {
    if (taken[index]) continue;
    const members: number[] = [];
    const square = squareOf(point);
    let [sumX, sumY] = [0, 0];
    for (let row = square - columns; row <= square + columns; row += columns) {
      for (let at = row - 1; at <= row + 1; at += 1) {
        for (const other of squares.get(at) ?? []) {
          const near = points[other];
          if (!near || taken[other] || (near.x - point.x) ** 2 + (near.y - point.y) ** 2 > radius * radius) continue;
          taken[other] = 1;
          members.push(other);
          sumX += near.x;
          sumY += near.y;
        }
      }
    }
    clusters.push({ x: sumX / members.length, y: sumY / members.length, members });
  }
  return clusters;
}
