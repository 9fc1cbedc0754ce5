// Where a full battery is near the rider: a map and a list that say the same, the batteries held for them, and the sheet
// of the station in the address.

import { useStationIds } from "@swapwire/react";
import { LocateFixed } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useFormat } from "../i18n/context.tsx";
import { Button } from "../ui/button.tsx";
import css from "./find.module.css";
import { type FindQuery, useFindQuery } from "./find_query.ts";
import { HeldBatteries } from "./held_batteries.tsx";
import { NearestStation } from "./nearest_station.tsx";
import { usePosition } from "./position.ts";
import { StationFilters } from "./station_filters.tsx";
import { StationList } from "./station_list.tsx";
import { useText } from "./text.ts";

const RESTED_MS = 100;

const StationSheet = lazy(() => import("./station_sheet.tsx"));
const MapOfStations = lazy(() => import("./map_of_stations.tsx"));

/** The same object while it says the same, for the hooks that take it. */
function useFilter({ text, available }: FindQuery) {
  const part = useDeferredValue(text);
  return useMemo(
    () => ({ ...(part && { text: part }), ...(available && { available: true as const }) }),
    [part, available],
  );
}

export function Find() {
  const text = useText().find;
  const query = useFindQuery();
  const position = usePosition();
  const filter = useFilter(query);
  const from = position.point ?? undefined;
  const { ids, ready, source } = useStationIds({ all: true, from, sort: from ? "distance" : "name", filter });
  const { view, station, open, close, showAll } = query;
  const mapIsDue = useRested(ready);
  return (
    <div className={css.page} data-view={view}>
      <h1 className="visually-hidden">{text.title}</h1>
      <section className={css.panel}>
        <StationFilters query={query} />
        <HeldBatteries compact />
        <div className={css.summary}>
          <Summary count={ids.length} ready={ready} nearestFirst={from !== undefined} />
          <NearMe position={position} />
        </div>
        <Trouble state={position.state} />
        {from && ready && <NearestStation from={from} onOpen={open} />}
        <StationList
          ids={ids}
          ready={ready}
          source={source}
          from={from}
          selected={station}
          narrowed={query.text !== "" || query.available}
          onOpen={open}
          onShowAll={showAll}
        />
      </section>
      {view !== "list" && (
        <div className={css.map}>
          {mapIsDue && (
            <Suspense fallback={null}>
              <MapOfStations filter={filter} selected={station} onSelect={open} position={position.point} />
            </Suspense>
          )}
        </div>
      )}
      {station !== null && (
        <Suspense fallback={null}>
          <StationSheet key={station} id={station} from={from} source={source} onClose={close} />
        </Suspense>
      )}
    </div>
  );
}

/** True some frames after the list is there: the map's megabyte of script must not hold it up. */
function useRested(ready: boolean): boolean {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setRested(true), RESTED_MS);
    return () => clearTimeout(timer);
  }, [ready]);
  return rested;
}

function Summary({ count, ready, nearestFirst }: { count: number; ready: boolean; nearestFirst: boolean }) {
  const text = useText().find;
  const format = useFormat();
  if (!ready) return <p>{text.loading}</p>;
  return (
    <p>
      <strong>{text.count(count, format.number(count))}</strong>, {nearestFirst ? text.nearestFirst : text.byName}
    </p>
  );
}

function NearMe({ position: { state, locate } }: { position: ReturnType<typeof usePosition> }) {
  const text = useText().find;
  if (state === "known") return null;
  return (
    <Button kind="primary" small busy={state === "locating"} onClick={locate}>
      {state !== "locating" && <LocateFixed size={18} aria-hidden="true" />}
      {state === "locating" ? text.locating : text.nearMe}
    </Button>
  );
}

function Trouble({ state }: { state: ReturnType<typeof usePosition>["state"] }) {
  const text = useText().find;
  const words = state === "denied" ? text.positionDenied : state === "unavailable" ? text.positionUnavailable : null;
  return (
    <div role="status" className={css.trouble}>
      {words}
    </div>
  );
}
