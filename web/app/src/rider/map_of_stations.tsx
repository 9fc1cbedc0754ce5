// The listed stations on a map. It listens by itself, so that a change on the map renders nothing of the list.

import { type Point, type StationFilter, useStations } from "@swapwire/react";
import StationMap from "../map/station_map.tsx";
import { useText } from "./text.ts";

interface MapOfStationsProps {
  filter: StationFilter;
  selected: number | null;
  onSelect(id: number): void;
  position: Point | null;
}

export default function MapOfStations({ filter, ...map }: MapOfStationsProps) {
  const text = useText().find;
  const { stations } = useStations({ all: true, filter });
  return <StationMap stations={stations} label={text.map} search={filter.text ?? ""} {...map} />;
}
