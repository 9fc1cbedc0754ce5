// All stations as a wall or on a map, live, with the network's totals above. The address says which: view, q, status,
// stock, sort, station.

import type { Box } from "@swapwire/client";
import { type StationQuery, useStationIds, useStations } from "@swapwire/react";
import { LayoutGrid, Map as MapIcon } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Segments } from "../../ui/field.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { boxText } from "../analytics/region.ts";
import { Page } from "../page.tsx";
import { useText } from "../text.ts";
import { type Filter, filterOf, isFiltered, matcher, orders, putFilter } from "./filter.ts";
import { FilterBar } from "./filter_bar.tsx";
import { StationSheet } from "./station_sheet.tsx";
import css from "./stations_page.module.css";
import { TotalsBar } from "./totals_bar.tsx";
import { Wall } from "./wall.tsx";

const StationMap = lazy(() => import("../../map/station_map.tsx"));

/** The query of the hooks; the same object while the filter says the same. */
function useQuery({ text, status, stock, sort }: Filter) {
  return useMemo(() => {
    const filter = { text, status, stock, sort };
    return { all: true as const, sort: orders[sort], ...(isFiltered(filter) && { filter: matcher(filter) }) };
  }, [text, status, stock, sort]);
}

export default function StationsPage() {
  const text = useText().stations;
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const view = search.get("view") === "map" ? "map" : "wall";
  const station = Number.parseInt(search.get("station") ?? "", 10);
  const put = (key: string, value: string | null) =>
    setSearch(
      (held) => {
        const next = new URLSearchParams(held);
        if (value === null) next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  const choices = [
    {
      value: "wall" as const,
      label: (
        <>
          <LayoutGrid size={16} aria-hidden="true" /> {text.wall}
        </>
      ),
    },
    {
      value: "map" as const,
      label: (
        <>
          <MapIcon size={16} aria-hidden="true" /> {text.map}
        </>
      ),
    },
  ];
  const onChange = (change: Partial<Filter>) => setSearch((held) => putFilter(held, change), { replace: true });
  const select = (id: number) => put("station", String(id));
  const query = useQuery(filter);
  const { ids, ready, source } = useStationIds(query);
  const clear = () => onChange({ text: "", status: null, stock: "any" });
  return (
    <Page
      title={text.title}
      note={<Count shown={ids.length} />}
      aside={<Segments label={text.view} value={view} choices={choices} onChange={(chosen) => put("view", chosen)} />}
    >
      <TotalsBar />
      <FilterBar filter={filter} ordered={view === "wall"} onChange={onChange} />
      {ready && ids.length === 0 && <NoneFits filtered={isFiltered(filter)} onClear={clear} />}
      {!ready && ids.length === 0 && <Skeleton lines={8} label={text.waiting} />}
      {view === "wall" && ids.length > 0 && <Wall ids={ids} source={source} onSelect={select} />}
      {view === "map" && ids.length > 0 && (
        <StationsMap query={query} selected={Number.isNaN(station) ? null : station} onSelect={select} />
      )}
      {!Number.isNaN(station) && <StationSheet id={station} onClose={() => put("station", null)} />}
    </Page>
  );
}

interface StationsMapProps {
  query: StationQuery;
  selected: number | null;
  onSelect(id: number): void;
}

function StationsMap({ query, selected, onSelect }: StationsMapProps) {
  const text = useText().stations;
  const { stations } = useStations(query);
  const [box, setBox] = useState<Box | null>(null);
  return (
    <>
      <div className={css.map}>
        <Suspense fallback={<Skeleton lines={10} label={text.waiting} />}>
          <StationMap
            stations={stations}
            selected={selected}
            onSelect={onSelect}
            position={null}
            onBox={setBox}
            label={text.title}
          />
        </Suspense>
      </div>
      {box && (
        <div>
          <ButtonLink small href={`/network/analytics?bbox=${boxText(box)}`}>
            {text.analyticsOfMap}
          </ButtonLink>
        </div>
      )}
    </>
  );
}

const everything = { all: true as const };

function Count({ shown }: { shown: number }) {
  const text = useText().stations;
  const format = useFormat();
  const { ids } = useStationIds(everything);
  return <p role="status">{text.shown(format.number(shown), format.number(ids.length))}</p>;
}

function NoneFits({ filtered, onClear }: { filtered: boolean; onClear(): void }) {
  const text = useText().stations;
  return <Empty title={text.none}>{filtered && <Button onClick={onClear}>{text.clear}</Button>}</Empty>;
}
