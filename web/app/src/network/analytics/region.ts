// A region: a box with a name. The address carries both, so that a link shows the same to everybody; this browser
// remembers those that were used.

import type { Box } from "@swapwire/client";

export interface Region {
  readonly name: string;
  readonly box: Box;
}

/** `min_lon,min_lat,max_lon,max_lat`. A west greater than the east crosses the 180th meridian. */
export function boxOf(text: string | null): Box | null {
  const numbers = text?.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part))) ?? [];
  const [west, south, east, north] = numbers;
  if (numbers.length !== 4 || west === undefined || south === undefined || east === undefined || north === undefined) {
    return null;
  }
  const within = (value: number, most: number) => Number.isFinite(value) && Math.abs(value) <= most;
  if (!within(west, 180) || !within(east, 180) || !within(south, 90) || !within(north, 90)) return null;
  return south < north && west !== east ? [west, south, east, north] : null;
}

export function regionOf(search: URLSearchParams, unnamed: string): Region | null {
  const box = boxOf(search.get("bbox"));
  return box && { name: search.get("region") || unnamed, box };
}

/** About ten metres are exact enough, and keep the address short. */
export const boxText = (box: Box): string => box.map((degrees) => Number(degrees.toFixed(4))).join(",");

export function putRegion(search: URLSearchParams, region: Region | null): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete("bbox");
  next.delete("region");
  if (region) {
    next.set("bbox", boxText(region.box));
    if (region.name) next.set("region", region.name);
  }
  return next;
}

const KEY = "swapwire.regions";
const MOST = 30;

export function savedRegions(): Region[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.flatMap((entry) => readRegion(entry) ?? []) : [];
  } catch {
    return [];
  }
}

function readRegion(entry: unknown): Region | null {
  if (typeof entry !== "object" || entry === null || !("name" in entry) || !("box" in entry)) return null;
  const box = Array.isArray(entry.box) ? boxOf(entry.box.join(",")) : null;
  return typeof entry.name === "string" && box ? { name: entry.name, box } : null;
}

/** The newest first; another box of the same name replaces it. */
export function withRegion(regions: readonly Region[], region: Region): Region[] {
  return [region, ...regions.filter(({ name }) => name !== region.name)].slice(0, MOST);
}

export function saveRegions(regions: readonly Region[]): void {
  localStorage.setItem(KEY, JSON.stringify(regions));
}
