// What a station's count means to a rider.

import type { Station } from "@swapwire/client";

/** From so few on, somebody may well be faster. */
const FEW = 2;

export function toneOf({ status, available_batteries }: Station): "good" | "warn" | "mute" {
  if (status !== "online" || available_batteries === 0) return "mute";
  return available_batteries <= FEW ? "warn" : "good";
}

export const canBook = ({ status, available_batteries }: Station): boolean =>
  status === "online" && available_batteries > 0;
