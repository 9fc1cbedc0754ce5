// Finds stations by a part of the name, or by id.

import type { Station } from "@swapwire/client";

/** Small letters without accents. */
export const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function matchesText(text: string): (station: Station) => boolean {
  const part = folded(text.trim());
  if (part === "") return () => true;
  const id = part.replace(/^#/, "");
  return ({ station_id, station_name }) => String(station_id) === id || folded(station_name).includes(part);
}
