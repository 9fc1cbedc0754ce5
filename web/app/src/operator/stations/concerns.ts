// What an operator must look at: by the live state of a station, by its faulty batteries, by holds that end soon.

import type { Client, Station } from "@swapwire/client";
import { SwapwireError } from "@swapwire/client";
import { useClient, useRequest } from "@swapwire/react";
import { useMemo } from "react";

/** The most urgent first. */
export const concernKinds = ["empty", "low", "offline", "maintenance", "faulty", "expiring"] as const;
export type Concern = (typeof concernKinds)[number];

export interface Hold {
  readonly station_id: number;
  readonly battery_id: number;
  readonly booked_at: string;
  readonly expires_at: string;
}

/** What the live state of a station does not say. By station. */
export interface Findings {
  /** How many of its batteries are faulty. */
  readonly faulty: ReadonlyMap<number, number>;
  /** Its holds that end within an hour, the next one first. */
  readonly expiring: ReadonlyMap<number, readonly Hold[]>;
}

/** From this many batteries down a station is nearly empty. */
export const LOW = 2;
const SOON_MS = 60 * 60_000;
const EVERY_MS = 15_000;
const PAGE = 500;
/** An operator with more faulty batteries than this needs another list than these badges. */
const MOST = 10_000;

export function concernsOf(station: Station, findings: Findings): readonly Concern[] {
  const { station_id: id, status, available_batteries: available } = station;
  const concerns: Concern[] = [];
  // Nobody can book at a closed station: that it is closed says enough.
  if (status !== "online") concerns.push(status === "offline" ? "offline" : "maintenance");
  else if (available === 0) concerns.push("empty");
  else if (available <= LOW) concerns.push("low");
  if (findings.faulty.has(id)) concerns.push("faulty");
  if (findings.expiring.has(id)) concerns.push("expiring");
  return concerns;
}

/** 0 for the most urgent; a station that needs nothing comes last. */
export function urgencyOf(station: Station, findings: Findings): number {
  const first = concernsOf(station, findings)[0];
  return first ? concernKinds.indexOf(first) : concernKinds.length;
}

const none: Findings = { faulty: new Map(), expiring: new Map() };

/** Asked for again every few seconds: no live message tells of a fault or of a hold's end. */
export function useFindings(): Findings {
  const client = useClient();
  const faulty = useRequest("operator faulty", () => faultyByStation(client), { everyMs: EVERY_MS });
  const holds = useRequest("operator holds", () => holdsThatEndSoon(client), { everyMs: EVERY_MS });
  return useMemo(() => {
    if (!faulty.data && !holds.data) return none;
    return { faulty: faulty.data ?? none.faulty, expiring: holds.data ?? none.expiring };
  }, [faulty.data, holds.data]);
}

async function faultyByStation({ http }: Client): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  let after: string | null | undefined;
  let seen = 0;
  do {
    const page = await http.get("/batteries/", { query: { state: "faulty", limit: PAGE, ...(after && { after }) } });
    for (const { station_id: id } of page.items) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
    seen += page.items.length;
    after = page.next;
  } while (after && seen < MOST);
  return counts;
}

/** A deployment without the list shows no such holds. */
async function holdsThatEndSoon({ http }: Client): Promise<ReadonlyMap<number, readonly Hold[]>> {
  const expires_before = new Date(Date.now() + SOON_MS).toISOString();
  const holds = new Map<number, Hold[]>();
  try {
    let after: string | null | undefined;
    do {
      const page = await http.get("/user/holds/", { query: { expires_before, limit: PAGE, ...(after && { after }) } });
      for (const hold of page.items) holds.set(hold.station_id, [...(holds.get(hold.station_id) ?? []), hold]);
      after = page.next;
    } while (after);
  } catch (cause) {
    if (!(cause instanceof SwapwireError && cause.status === 404)) throw cause;
  }
  return holds;
}
