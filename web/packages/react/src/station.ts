// One live station.

import type { Client, Station, Stations } from "@swapwire/client";
import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "./provider.tsx";
import { knownStation, StationSource } from "./source.ts";

const notKnown = () => undefined;

/**
 * Renders when this station changes. Undefined: not known yet. Null: there is no such station (in `source`).
 * With `source` it reads that set; without, all stations asked for so share one socket.
 */
export function useStation(id: number, source?: Stations): Station | null | undefined {
  const client = useClient();
  const station = useMemo(() => watch(client, id, source), [client, id, source]);
  return useSyncExternalStore(station.subscribe, station.get, notKnown);
}

function watch(client: Client, id: number, given: Stations | undefined) {
  const source = given ?? new StationSource(client, { ids: [id] });
  const get = () => {
    const station = source.get(id);
    if (station) return station;
    if (source.ready() || source.unknown().includes(id)) return null;
    // Coming from a list, what the list knows is shown until the station's own state is there.
    return given ? undefined : knownStation(client, id);
  };
  const subscribe = (listener: () => void) => {
    const stop = source.subscribeTo(id, listener);
    const stopWaiting = source.ready() ? () => {} : whenReady(source, listener);
    return () => {
      stop();
      stopWaiting();
    };
  };
  return { get, subscribe };
}

/** That the set is complete changes no station, yet only then is one that it doesn't have known to be none. */
function whenReady(source: Stations, listener: () => void): () => void {
  const stop = source.subscribe(() => {
    if (!source.ready()) return;
    stop();
    listener();
  });
  return stop;
}
