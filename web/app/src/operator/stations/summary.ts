// How many stations need what, and what they hold together: counted a few times a second and not with each message.

import type { Station, Stations } from "@swapwire/client";
import { useEffect, useState } from "react";
import { type Concern, concernsOf, type Findings } from "./concerns.ts";

export type Show = "all" | "online" | Concern;

export interface Summary {
  readonly stations: number;
  readonly available: number;
  readonly booked: number;
  readonly unavailable: number;
  readonly shown: Readonly<Record<Show, number>>;
}

const EVERY_MS = 400;

export function useSummary(source: Stations, owns: (id: number) => boolean, findings: Findings): Summary {
  const [summary, setSummary] = useState(() => summarize(source.list(), owns, findings));
  useEffect(() => {
    const count = () => setSummary(summarize(source.list(), owns, findings));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = source.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        count();
      }, EVERY_MS);
    });
    count();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source, owns, findings]);
  return summary;
}

function summarize(stations: readonly Station[], owns: (id: number) => boolean, findings: Findings): Summary {
  const sums = { stations: 0, available: 0, booked: 0, unavailable: 0 };
  const shown = { all: 0, online: 0, empty: 0, low: 0, offline: 0, maintenance: 0, faulty: 0, expiring: 0 };
  for (const station of stations) {
    if (!owns(station.station_id)) continue;
    sums.stations += 1;
    sums.available += station.available_batteries;
    sums.booked += station.booked_batteries;
    sums.unavailable += station.unavailable_batteries;
    shown.all += 1;
    if (station.status === "online") shown.online += 1;
    for (const concern of concernsOf(station, findings)) shown[concern] += 1;
  }
  return { ...sums, shown };
}
