// The own stations, live: as a table to work with, as a wall to watch from afar.

import type { Station } from "@swapwire/client";
import { useStationIds } from "@swapwire/react";
import { CircleHelp, Maximize, Plus } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { ButtonLink, IconButton } from "../../ui/button.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { errorText } from "../error_text.ts";
import { type Shortcuts, useShortcuts } from "../keyboard/shortcuts.ts";
import { ShortcutsDialog } from "../keyboard/shortcuts_dialog.tsx";
import { Heading, HeadingLabel } from "../page/heading.tsx";
import page from "../page/page.module.css";
import { useText } from "../text.ts";
import { useCalm } from "./calm.ts";
import { useFindings } from "./concerns.ts";
import { Filters } from "./filters.tsx";
import { useOwnStations } from "./own_stations.tsx";
import { matchesText } from "./search.ts";
import { StationTable } from "./station_table.tsx";
import { StationWall } from "./station_wall.tsx";
import { useSummary } from "./summary.ts";
import { matchesShow, orderOf, useView } from "./view.ts";

const REORDER_MS = 250;

export function StationsPage() {
  const text = useText();
  const shell = useShellText();
  const format = useFormat();
  const own = useOwnStations();
  const findings = useFindings();
  const [view, change] = useView();
  const [, navigate] = useLocation();
  const [helps, setHelps] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const wall = useRef<HTMLDivElement>(null);
  const list = useRef<Shortcuts>({});

  const wanted = useDeferredValue(view.text);
  const { show, sort, descending } = view;
  const matches = useMemo(() => {
    const named = matchesText(wanted);
    return (station: Station) => own.owns(station.station_id) && matchesShow(station, show, findings) && named(station);
  }, [own, show, wanted, findings]);
  const order = useMemo(
    () => orderOf({ sort, descending }, findings, format.compare),
    [sort, descending, findings, format],
  );
  const listed = useStationIds({ ...own.scope, sort: order, filter: matches });
  const { ready, source } = listed;
  // Rows change as soon as their stations do; their order does so a few times a second, or nobody could read it.
  const ids = useCalm(listed.ids, REORDER_MS);
  const summary = useSummary(source, own.owns, findings);

  useShortcuts({
    "/": () => search.current?.focus(),
    "?": () => setHelps(true),
    escape: () => change({ text: "", show: "all" }),
    t: () => change({ layout: "table" }),
    w: () => change({ layout: "wall" }),
    n: () => navigate("/operator/stations/new"),
    j: () => list.current.next?.(),
    k: () => list.current.previous?.(),
    arrowdown: () => list.current.down?.(),
    arrowup: () => list.current.up?.(),
    arrowright: view.layout === "wall" ? () => list.current.next?.() : undefined,
    arrowleft: view.layout === "wall" ? () => list.current.previous?.() : undefined,
  });

  const body = () => {
    if (own.error && !own.known) return <Empty title={errorText(text, own.error)} />;
    if (!own.known || !ready) return <Skeleton lines={8} label={shell.loading} />;
    if (summary.stations === 0 && ids.length === 0) return <NoStations />;
    if (ids.length === 0) return <Empty title={text.list.nothingMatches} />;
    const shared = { ids, source, findings, keys: list };
    if (view.layout === "wall") return <StationWall {...shared} />;
    return <StationTable {...shared} view={view} onSort={change} />;
  };
  const { number } = format;
  return (
    <div className={page.full}>
      <Heading
        title={text.list.title}
        detail={text.list.totals(number(summary.stations), number(summary.available), number(summary.booked))}
        current={view.layout}
      >
        {view.layout === "wall" && (
          <IconButton label={text.list.fullScreen} onClick={() => void wall.current?.requestFullscreen()}>
            <Maximize size={18} aria-hidden="true" />
          </IconButton>
        )}
        <IconButton className={page.keyboardOnly} label={text.keys.help} onClick={() => setHelps(true)}>
          <CircleHelp size={18} aria-hidden="true" />
        </IconButton>
        <ButtonLink href="/operator/stations/new" kind="primary">
          <Plus size={18} aria-hidden="true" />
          <HeadingLabel>{text.create.action}</HeadingLabel>
        </ButtonLink>
      </Heading>
      <Filters ref={search} view={view} summary={summary} onChange={change} onEnter={() => list.current.enter?.()} />
      <div ref={wall} className={page.fill}>
        {body()}
      </div>
      {helps && <ShortcutsDialog onClose={() => setHelps(false)} />}
    </div>
  );
}

function NoStations() {
  const text = useText();
  return (
    <Empty title={text.list.none}>
      <ButtonLink href="/operator/stations/new" kind="primary">
        {text.create.action}
      </ButtonLink>
    </Empty>
  );
}
