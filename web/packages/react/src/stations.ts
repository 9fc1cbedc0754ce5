// Live lists of stations.

import type { Connection, Station, Stations } from "@swapwire/client";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { usePhase } from "./connection.ts";
import { nothingSelected, Selection } from "./selection.ts";
import type { StationSource } from "./source.ts";
import { type StationQuery, useCriteria, useSource } from "./station-query.ts";

export interface StationList {
  /** Another array only when something in it changed; a station that didn't change is the same object. */
  stations: readonly Station[];
  /** True once the list is complete. It stays true while connecting again: what was shown goes on being shown. */
  ready: boolean;
  connection: Connection;
  /** The whole set, for `useStation(id, source)`, for a map that listens by itself, for events. */
  source: Stations;
}

export interface StationIdList {
  ids: readonly number[];
  ready: boolean;
  source: Stations;
}

const notReady = () => false;
const noStations = () => nothingSelected.stations;
const noIds = () => nothingSelected.ids;

/** Renders when a listed station changes, comes or goes. Show rows by `memo(Row)`: the others don't render again. */
export function useStations(query: StationQuery): StationList {
  const source = useSource(query);
  const selection = useSelection(source, query);
  const stations = useSyncExternalStore(selection.subscribe, selection.getStations, noStations);
  const ready = useSyncExternalStore(selection.subscribe, selection.isReady, notReady);
  const connection = usePhase(source.connection);
  return useMemo(() => ({ stations, ready, connection, source }), [stations, ready, connection, source]);
}

/** Renders only when stations come, go or change places; each row reads its own by `useStation(id, source)`. */
export function useStationIds(query: StationQuery): StationIdList {
  const source = useSource(query);
  const selection = useSelection(source, query);
  const ids = useSyncExternalStore(selection.subscribe, selection.getIds, noIds);
  const ready = useSyncExternalStore(selection.subscribe, selection.isReady, notReady);
  return useMemo(() => ({ ids, ready, source }), [ids, ready, source]);
}

function useSelection(source: StationSource, query: StationQuery): Selection {
  const criteria = useCriteria(query);
  const last = useRef(nothingSelected);
  const selection = useMemo(() => new Selection(source, criteria, last.current), [source, criteria]);
  useEffect(() => {
    last.current = selection.get();
  });
  return selection;
}
