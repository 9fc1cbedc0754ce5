// What lies below the stations: the deployment's tiles, or a plain ground that asks no other host for anything.

import type { StyleSpecification } from "maplibre-gl";
import type { Config } from "../config/config.ts";
import type { Palette } from "./palette.ts";

export const GROUND = "ground";

export function baseStyle(tiles: Config["tiles"], palette: Palette): StyleSpecification | string {
  if (tiles) return tiles.style;
  return {
    version: 8,
    sources: {},
    layers: [{ id: GROUND, type: "background", paint: { "background-color": palette.page } }],
  };
}
