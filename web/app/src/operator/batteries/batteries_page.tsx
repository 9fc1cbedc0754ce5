// The own batteries, wherever they are: found, put into a state, put at a station, and new ones registered.

import type { Battery, Stations } from "@swapwire/client";
import { useClient, useStationIds } from "@swapwire/react";
import { Plus } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { errorText } from "../error_text.ts";
import { useShortcuts } from "../keyboard/shortcuts.ts";
import { Heading, HeadingLabel } from "../page/heading.tsx";
import page from "../page/page.module.css";
import { usePages } from "../pages.ts";
import { useChanges } from "../stations/calm.ts";
import { useOwnStations } from "../stations/own_stations.tsx";
import { useText } from "../text.ts";
import css from "./batteries_page.module.css";
import { useBatteryActions } from "./battery_actions.ts";
import { BatteryTable } from "./battery_table.tsx";
import { BulkBar } from "./bulk_bar.tsx";
import { EditDialog } from "./edit_dialog.tsx";
import { ListFilters } from "./list_filters.tsx";
import { batteryStates, useListView, useMatching } from "./list_view.ts";
import { PutAtDialog } from "./put_at_dialog.tsx";
import { useRefreshing } from "./refreshing.ts";
import { RegisterDialog } from "./register_dialog.tsx";

/** So often the list follows what happens at the stations. */
const REFRESH_MS = 3_000;

export function BatteriesPage() {
  const text = useText();
  const shell = useShellText();
  const format = useFormat();
  const { http } = useClient();
  const own = useOwnStations();
  const view = useListView();
  const [registers, setRegisters] = useState(false);
  const [putsAt, setPutsAt] = useState(false);
  const [edited, setEdited] = useState<Battery | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const { state } = view;
  const load = useCallback(
    (after: string | null, limit: number) =>
      http.get("/batteries/", { query: { limit, ...(state && { state }), ...(after && { after }) } }),
    [http, state],
  );
  const pages = usePages<Battery>(load);
  const batteries = useMatching(pages, view.text);
  const actions = useBatteryActions(null, pages.refresh);
  const { ids, source } = useStationIds(own.scope);
  const changes = useChanges(source, REFRESH_MS);
  useRefreshing(pages.refresh, actions.busy ? null : changes);
  useShortcuts({
    "/": () => search.current?.focus(),
    n: () => setRegisters(true),
  });
  const names = useStationNames(source, ids, changes);
  const placeOf = useCallback(
    ({ station_id: id, state }: Battery) => {
      if (!id)
        return (
          <span className={css.nowhere}>
            {state === "collected" ? text.batteries.withARider : text.batteries.nowhere}
          </span>
        );
      return (
        <Link href={`/operator/stations/${id}`} className={css.station}>
          {names.get(id) ?? `#${id}`}
        </Link>
      );
    },
    [names, text],
  );
  const body = () => {
    if (pages.error && !pages.ready) return <Empty title={errorText(text, pages.error)} />;
    if (!pages.ready) return <Skeleton lines={8} label={shell.loading} />;
    if (batteries.length === 0 && !pages.hasMore) {
      const filtered = view.text !== "" || state !== null;
      return <Empty title={filtered ? text.batteries.nothingMatches : text.batteries.none} />;
    }
    return (
      <BatteryTable
        label={text.batteries.title}
        batteries={batteries}
        pages={pages}
        actions={actions}
        placeOf={placeOf}
        onEdit={setEdited}
      />
    );
  };
  const loaded = format.number(batteries.length);
  return (
    <div className={page.full}>
      <Heading
        title={text.batteries.title}
        detail={
          pages.ready &&
          (pages.hasMore ? text.batteries.atLeast(loaded) : text.batteries.count(loaded, batteries.length))
        }
        current="batteries"
      >
        <Button kind="primary" onClick={() => setRegisters(true)}>
          <Plus size={18} aria-hidden="true" />
          <HeadingLabel>{text.register.open}</HeadingLabel>
        </Button>
      </Heading>
      <ListFilters ref={search} view={view} states={batteryStates} />
      <div className={`${page.fill} ${css.list}`}>
        <BulkBar actions={actions}>
          <Button small disabled={actions.busy} onClick={() => setPutsAt(true)}>
            {text.putAt.open}
          </Button>
        </BulkBar>
        {body()}
      </div>
      {registers && <RegisterDialog onClose={() => setRegisters(false)} onRegistered={() => void pages.refresh()} />}
      {edited && <EditDialog battery={edited} onClose={() => setEdited(null)} onSaved={() => void pages.refresh()} />}
      {putsAt && (
        <PutAtDialog
          count={actions.selected.size}
          stations={source.list().filter(({ station_id }) => own.owns(station_id))}
          onClose={() => setPutsAt(false)}
          onChosen={(station) => {
            setPutsAt(false);
            void actions.putAt(station);
          }}
        />
      )}
    </div>
  );
}

/** Another map only when a name changes, so that rows don't render again with each count. */
function useStationNames(source: Stations, ids: readonly number[], changes: number): ReadonlyMap<number, string> {
  const held = useRef<ReadonlyMap<number, string>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: The source changes behind `ids` and `changes`.
  return useMemo(() => {
    const names = new Map(source.list().map(({ station_id, station_name }) => [station_id, station_name]));
    const same = names.size === held.current.size && [...names].every(([id, name]) => held.current.get(id) === name);
    if (!same) held.current = names;
    return held.current;
  }, [source, ids, changes]);
}
