// Distances and boxes on the globe. A box whose west is greater than its east crosses the 180th meridian.

import type { Box } from "@swapwire/client";

export interface Point {
  latitude: number;
  longitude: number;
}

const EARTH_KM = 6371.0088;
const KM_PER_DEGREE = (EARTH_KM * Math.PI) / 180;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Along a great circle. */
export function distanceKm(from: Point, to: Point): number {
  const sinLatitude = Math.sin(radians(to.latitude - from.latitude) / 2);
  const sinLongitude = Math.sin(radians(to.longitude - from.longitude) / 2);
  const cosines = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  const half = sinLatitude ** 2 + cosines * sinLongitude ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** The smallest box that holds the circle; all longitudes where the circle holds a pole. */
export function boxAround({ latitude, longitude }: Point, radiusKm: number): Box {
  const height = radiusKm / KM_PER_DEGREE;
  const south = Math.max(-90, latitude - height);
  const north = Math.min(90, latitude + height);
  const reach = Math.sin(radians(Math.min(height, 90))) / Math.cos(radians(latitude));
  if (south === -90 || north === 90 || reach >= 1) return [-180, south, 180, north];
  const width = (Math.asin(reach) * 180) / Math.PI;
  return [wrapped(longitude - width), south, wrapped(longitude + width), north];
}

export function boxCovers(outer: Box, inner: Box): boolean {
  if (inner[1] < outer[1] || inner[3] > outer[3]) return false;
  return widthOf(outer) >= 360 || eastwards(outer[0], inner[0]) + widthOf(inner) <= widthOf(outer);
}

export function boxesMeet(one: Box, other: Box): boolean {
  if (one[1] > other[3] || other[1] > one[3]) return false;
  return eastwards(one[0], other[0]) <= widthOf(one) || eastwards(other[0], one[0]) <= widthOf(other);
}

const widthOf = ([west, , east]: Box): number => (west <= east ? east - west : east - west + 360);
export const heightOf = ([, south, , north]: Box): number => north - south;
/** Also for edges that are not numbers: a hook that compares them must not go round for ever. */
export const sameBox = (one: Box, other: Box): boolean => one.every((edge, index) => Object.is(edge, other[index]));

const eastwards = (from: number, to: number): number => (((to - from) % 360) + 360) % 360;
const wrapped = (longitude: number): number =>
  longitude < -180 || longitude > 180 ? eastwards(-180, longitude) - 180 : longitude;
