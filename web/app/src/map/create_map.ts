// A MapLibre map with the stations over it, wired to pointer and keyboard.

import type { Box, Station } from "@swapwire/client";
import type { Config } from "../config/config.ts";
import { baseStyle } from "./base_style.ts";
import { showAll } from "./camera.ts";
import { Map as MapLibreMap, NavigationControl, ScaleControl } from "./maplibre.ts";
import { readPalette } from "./palette.ts";
import { StationLayer } from "./station_layer.ts";
import type { useText } from "./text.ts";

export interface StationMapHandle {
  readonly map: MapLibreMap;
  readonly layer: StationLayer;
  remove(): void;
}

interface MapOptions {
  readonly tiles: Config["tiles"];
  readonly text: ReturnType<typeof useText>;
  readonly label: string;
  onSelect(id: number): void;
  onBox(box: Box): void;
}

/** Throws where there is no WebGL. */
export function createMap(container: HTMLElement, options: MapOptions): StationMapHandle {
  const { tiles, text, label } = options;
  const palette = readPalette();
  const map = new MapLibreMap({
    container,
    style: baseStyle(tiles, palette),
    center: [0, 20],
    zoom: 1,
    maxZoom: 18,
    // North stays up: the list says how far, the map says where.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    fadeDuration: 0,
    attributionControl: tiles ? { compact: true } : false,
    locale: {
      "Map.Title": label,
      "NavigationControl.ZoomIn": text.zoomIn,
      "NavigationControl.ZoomOut": text.zoomOut,
      "ScaleControl.Meters": text.metres,
      "ScaleControl.Kilometers": text.kilometres,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
  const { fontFamily } = getComputedStyle(document.body);
  const layer = new StationLayer(map, { grid: tiles === null, palette, font: fontFamily });
  listen(map, layer, options);
  return {
    map,
    layer,
    remove: () => {
      layer.remove();
      map.remove();
    },
  };
}

function listen(map: MapLibreMap, layer: StationLayer, { onSelect, onBox }: MapOptions): void {
  map.on("click", ({ point }) => {
    const hit = layer.hit(point.x, point.y);
    if (!hit) return;
    if ("station" in hit) return onSelect(hit.station);
    if (!areApart(hit.stations)) return onSelect(best(hit.stations));
    showAll(map, hit.stations, !matchMedia("(prefers-reduced-motion: reduce)").matches);
  });
  map.on("mousemove", ({ point }) => {
    const hit = layer.hit(point.x, point.y);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    layer.hover(hit && "station" in hit ? hit.station : null);
  });
  map.on("mouseout", () => layer.hover(null));
  map.on("moveend", () => {
    const [southWest, northEast] = [map.getBounds().getSouthWest(), map.getBounds().getNorthEast()];
    onBox([Math.max(-180, southWest.lng), southWest.lat, Math.min(180, northEast.lng), northEast.lat]);
  });
}

/** About a metre: no zoom shows nearer ones apart. */
const SAME_PLACE = 1e-5;

function areApart(stations: readonly Station[]): boolean {
  const [first] = stations;
  return stations.some(
    ({ latitude, longitude }) =>
      first && Math.hypot(latitude - first.latitude, longitude - first.longitude) > SAME_PLACE,
  );
}

function best(stations: readonly Station[]): number {
  const sorted = [...stations].sort((one, other) => other.available_batteries - one.available_batteries);
  return sorted[0]?.station_id ?? 0;
}
