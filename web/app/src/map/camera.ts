// Where the map looks: at first so that it shows what the list begins with.

import type { Station } from "@swapwire/client";
import { distanceKm, type Point } from "@swapwire/react";
import { LngLatBounds, type Map as MapLibreMap } from "maplibre-gl";

/** A single station, or several at one place, are shown with their surroundings. */
const CLOSE_ZOOM = 14;
/** So many of the nearest stations are in sight beside the rider. */
const NEAREST = 6;
const PADDING_PX = 56;

export function showAll(map: MapLibreMap, places: readonly Point[], animate: boolean): void {
  const [first] = places;
  if (!first) return;
  const bounds = new LngLatBounds();
  for (const { longitude, latitude } of places) bounds.extend([longitude, latitude]);
  const { clientWidth, clientHeight } = map.getContainer();
  const padding = Math.min(PADDING_PX, clientWidth / 6, clientHeight / 6);
  map.fitBounds(bounds, { padding, maxZoom: CLOSE_ZOOM, animate });
}

export function showNear(map: MapLibreMap, position: Point, stations: readonly Station[], animate: boolean): void {
  const near = stations
    .map((station) => ({ station, km: distanceKm(position, station) }))
    .sort((one, other) => one.km - other.km)
    .slice(0, NEAREST);
  // The rider stays in the middle.
  const mirrored = near.map(({ station: { latitude, longitude } }) => ({
    latitude: Math.max(-85, Math.min(85, 2 * position.latitude - latitude)),
    longitude: 2 * position.longitude - longitude,
  }));
  showAll(map, [position, ...near.map(({ station }) => station), ...mirrored], animate);
}

/** Moves only if the station is out of sight. */
export function showStation(map: MapLibreMap, { longitude, latitude }: Point, animate: boolean): void {
  if (map.getBounds().contains([longitude, latitude]) && map.getZoom() >= CLOSE_ZOOM - 3) return;
  map.easeTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), CLOSE_ZOOM), animate });
}
