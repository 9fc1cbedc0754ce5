// Which events the list shows, as the address says it: kind and station.

import type { StationEvent } from "@swapwire/client";
import type { Fits } from "./log.ts";

export const types = [
  "inventory_update",
  "battery_booked",
  "battery_collected",
  "battery_released",
  "battery_added",
  "battery_removed",
  "station_status",
  "lagged",
] as const satisfies readonly StationEvent["type"][];

export const typeOf = (text: string | null) => types.find((type) => type === text) ?? null;

/** A number is a station's number, anything else a part of its name. */
export function fitting(type: StationEvent["type"] | null, station: string): Fits {
  const part = station.trim().toLowerCase();
  return (event) => {
    if (type && event.type !== type) return false;
    if (part === "") return true;
    if (event.type === "lagged") return false;
    return /^\d+$/.test(part) ? String(event.station_id) === part : event.station_name.toLowerCase().includes(part);
  };
}
