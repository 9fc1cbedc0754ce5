import type { Box, Station } from "@swapwire/client";
import type { Point } from "@swapwire/react";
export interface StationMapProps {
  stations: readonly Station[];
  selected: number | null;
  onSelect(id: number): void;
  position: Point | null;
  onBox?(box: Box): void;
  label: string;
}
export default function StationMap(_: StationMapProps) {
  return null;
}
