// Stations on a map, grouped where they are close together. A list beside it says the same to whoever can't use a map.

import type { Box, Station } from "@swapwire/client";
import type { Point } from "@swapwire/react";
import { LocateFixed, MapPinOff } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useConfig } from "../config/context.tsx";
import { useIsDark } from "../theme/theme.ts";
import { IconButton } from "../ui/button.tsx";
import { Empty } from "../ui/panel.tsx";
import { GROUND } from "./base_style.ts";
import { showAll, showNear, showStation } from "./camera.ts";
import { createMap, type StationMapHandle } from "./create_map.ts";
import { readPalette } from "./palette.ts";
import css from "./station_map.module.css";
import { useText } from "./text.ts";

export interface StationMapProps {
  stations: readonly Station[];
  selected: number | null;
  onSelect(id: number): void;
  /** Where the viewer is. */
  position: Point | null;
  /** What the stations were searched by: when it changes, the map shows what was found. */
  search?: string;
  /** Told what the map shows whenever it has come to rest. */
  onBox?(box: Box): void;
  /** The map's name for screen readers. */
  label: string;
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export default function StationMap(props: StationMapProps) {
  const { stations, selected, position } = props;
  const text = useText();
  const host = useRef<HTMLDivElement>(null);
  const { handle, failed } = useMap(host, props);

  useLayoutEffect(() => handle?.layer.setStations(stations), [handle, stations]);
  useEffect(() => handle?.layer.select(selected), [handle, selected]);
  useEffect(() => handle?.layer.setPosition(position), [handle, position]);
  useRecolour(handle);
  useCamera(handle, props);

  if (failed) {
    return (
      <div className={css.missing}>
        <Empty icon={<MapPinOff size={32} aria-hidden="true" />} title={text.missing}>
          <p>{text.missingHint}</p>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div ref={host} className={css.map} />
      {handle && position && (
        <IconButton
          label={text.toPosition}
          className={css.home}
          onClick={() => showNear(handle.map, position, stations, !isCalm())}
        >
          <LocateFixed size={20} aria-hidden="true" />
        </IconButton>
      )}
    </>
  );
}

function useMap(host: React.RefObject<HTMLDivElement | null>, props: StationMapProps) {
  const text = useText();
  const { tiles } = useConfig();
  const { label } = props;
  const [handle, setHandle] = useState<StationMapHandle | null>(null);
  const [failed, setFailed] = useState(false);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (!host.current) return;
    try {
      const created = createMap(host.current, {
        tiles,
        text,
        label,
        onSelect: (id) => latest.current.onSelect(id),
        onBox: (box) => latest.current.onBox?.(box),
      });
      setHandle(created);
      return () => {
        setHandle(null);
        created.remove();
      };
    } catch {
      // No WebGL.
      setFailed(true);
    }
  }, [host, tiles, text, label]);
  return { handle, failed };
}

function useRecolour(handle: StationMapHandle | null): void {
  const dark = useIsDark();
  const shown = useRef(dark);
  useEffect(() => {
    if (!handle || shown.current === dark) return;
    shown.current = dark;
    const palette = readPalette();
    handle.layer.recolour(palette);
    if (handle.map.getLayer(GROUND)) handle.map.setPaintProperty(GROUND, "background-color", palette.page);
  }, [handle, dark]);
}

interface Placed {
  readonly handle: StationMapHandle;
  readonly position: Point | null;
  readonly selected: number | null;
  readonly search: string;
}

/** Shows all stations at first, then what the viewer asked to see; whoever moves the map keeps what they see. */
function useCamera(handle: StationMapHandle | null, props: StationMapProps): void {
  const { stations, selected, position, search = "" } = props;
  const placed = useRef<Placed | null>(null);
  useEffect(() => {
    if (!handle || stations.length === 0) return;
    const before = placed.current?.handle === handle ? placed.current : null;
    if (before?.position === position && before?.selected === selected && before?.search === search) return;
    placed.current = { handle, position, selected, search };
    const animate = before !== null && !isCalm();
    const searched = before !== null && before.search !== search;
    const chosen = selected === before?.selected ? undefined : stations.find((each) => each.station_id === selected);
    if (chosen) showStation(handle.map, chosen, animate);
    else if (search && (searched || !before)) showAll(handle.map, stations, animate);
    else if (position && (searched || !before?.position)) showNear(handle.map, position, stations, animate);
    else if (searched || !before) showAll(handle.map, stations, animate);
  }, [handle, stations, selected, position, search]);
}
