// The projection of web maps: the world as a square from 0 to 1, west to east and north to south.

import type { Point } from "@swapwire/react";

export interface Projected {
  readonly x: number;
  readonly y: number;
}

/** The square's side in CSS pixels at zoom 0. */
export const WORLD_PX = 512;
/** What the square shows: nearer to the poles it would not end. */
const MAX_LATITUDE = 85.051129;

export function project({ latitude, longitude }: Point): Projected {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude));
  const angle = Math.PI / 4 + (clamped * Math.PI) / 360;
  return { x: (longitude + 180) / 360, y: 0.5 - Math.log(Math.tan(angle)) / (2 * Math.PI) };
}

export function unproject({ x, y }: Projected): Point {
  const latitude = (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;
  return { latitude, longitude: x * 360 - 180 };
}
