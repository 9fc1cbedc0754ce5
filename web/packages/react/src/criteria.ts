// Which stations of a set are listed, and in what order.

import type { Station } from "@swapwire/client";
import { distanceKm, type Point } from "./geography.ts";

export type StationOrder = (one: Station, other: Station) => number;

export interface StationFilter {
  /** Only stations with a battery to book. */
  available?: true;
  status?: Station["status"] | readonly Station["status"][];
  /** Part of the name, whatever its case and accents. */
  text?: string;
}

export interface Criteria {
  matches(station: Station): boolean;
  /** A total order: 0 only for the same station in the same place. */
  compare: StationOrder;
  /** The number that `compare` goes by first, so that sorting many computes it once for each. */
  rank?: ((station: Station) => number) | undefined;
}

export interface Choice {
  sort: "distance" | "name" | "available" | StationOrder | undefined;
  filter: StationFilter | ((station: Station) => boolean) | undefined;
  /** Where distances are measured from. */
  from: Point | undefined;
  /** Only stations this near. */
  withinKm: number | undefined;
  /** The order that was asked for, of stations by id. */
  ids: readonly number[] | undefined;
}

export function criteriaOf({ sort, filter, from, withinKm, ids }: Choice): Criteria {
  const chosen = typeof filter === "function" ? filter : filterBy(filter);
  const distance = from && distanceFrom(from);
  const isNear = (station: Station) => !distance || withinKm === undefined || distance(station) <= withinKm;
  const matches = (station: Station) => isNear(station) && chosen(station);
  if (sort === "name") return { matches, compare: byName };
  if (typeof sort === "function") return { matches, compare: (one, other) => sort(one, other) || byId(one, other) };
  const rank = rankBy(sort, distance, ids);
  return { matches, rank, compare: (one, other) => rank(one) - rank(other) || byId(one, other) };
}

function rankBy(
  sort: "distance" | "available" | undefined,
  distance: ((station: Station) => number) | undefined,
  ids: readonly number[] | undefined,
): (station: Station) => number {
  if (sort === "available") return ({ available_batteries }) => -available_batteries;
  if (sort === "distance" && distance) return distance;
  const places = ids && new Map(ids.map((id, place) => [id, place]));
  return ({ station_id }) => places?.get(station_id) ?? station_id;
}

function filterBy({ available, status, text }: StationFilter = {}): (station: Station) => boolean {
  const statuses = typeof status === "string" ? [status] : status;
  const part = text?.trim() ? folded(text.trim()) : null;
  return (station) => {
    if (available && (station.available_batteries === 0 || station.status !== "online")) return false;
    if (statuses && !statuses.includes(station.status)) return false;
    return part === null || folded(station.station_name).includes(part);
  };
}

/** Small letters without accents. */
const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Stations seldom move, so a distance is computed once for each state. */
function distanceFrom(from: Point): (station: Station) => number {
  const known = new WeakMap<Station, number>();
  return (station) => {
    let distance = known.get(station);
    if (distance === undefined) {
      distance = distanceKm(from, station);
      known.set(station, distance);
    }
    return distance;
  };
}

const names = new Intl.Collator(undefined, { numeric: true });
const byId = (one: Station, other: Station): number => one.station_id - other.station_id;
const byName: StationOrder = (one, other) => names.compare(one.station_name, other.station_name) || byId(one, other);
