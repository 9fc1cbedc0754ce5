// What a rider sees: where a full battery is near, the batteries held, the messages.

import { useStations } from "@swapwire/react";

export function Rider({ page }: { page: "find" | "orders" | "inbox" }) {
  const { stations } = useStations({ all: true });
  return (
    <ul aria-label={page}>
      {stations.map((station) => (
        <li key={station.station_id}>
          {station.station_name}: {station.available_batteries}
        </li>
      ))}
    </ul>
  );
}
