// What a component asks for, and the set of stations that answers it. Queries are compared by value, so that an object
// written inline doesn't subscribe anew at each render.

import type { Box, Client, Station } from "@swapwire/client";
import { useEffect, useMemo, useState } from "react";
import { type Criteria, criteriaOf, type StationFilter, type StationOrder } from "./criteria.ts";
import { boxAround, boxCovers, boxesMeet, heightOf, type Point, sameBox } from "./geography.ts";
import { useClient } from "./provider.tsx";
import { allStationsOf, StationSource } from "./source.ts";

export interface Near extends Point {
  /** 10 unless told. */
  radius_km?: number | undefined;
}

export type StationScope = { all: true } | { near: Near } | { box: Box } | { ids: readonly number[] };

export type StationQuery = StationScope & {
  /** Nearest first with `near`, as asked for with `ids`, otherwise by id. A function is compared by identity. */
  sort?: "distance" | "name" | "available" | StationOrder | undefined;
  /** A function is compared by identity: one that is made anew at each render sorts anew at each render. */
  filter?: StationFilter | ((station: Station) => boolean) | undefined;
  /** Where `distance` is measured from, without `near`. */
  from?: Point | undefined;
};

const DEFAULT_RADIUS_KM = 10;
/** The box is this much larger than the circle, so that a walking rider seldom moves it. */
const MARGIN = 1.5;
/** A box that is this much higher than a new one would be brings too much. */
const TOO_LARGE = 2;

interface Following {
  client: Client;
  kind: string;
  source: StationSource;
  box: Box | null;
}

/** The set that answers the query. It is opened by its first listener, and a box moves with what is asked for. */
export function useSource(query: StationQuery): StationSource {
  const client = useClient();
  const [following, follow] = useState(() => begin(client, query));
  const next = following.client === client ? goOn(following, query) : begin(client, query);
  // React renders again at once with the new one; nothing was shown in between.
  if (next !== following) follow(next);
  const { source, box } = next;
  useEffect(() => {
    if (box) source.moveTo(box);
  }, [source, box]);
  return source;
}

const radiusOf = ({ radius_km }: Near): number => radius_km ?? DEFAULT_RADIUS_KM;

function kindOf(query: StationScope): string {
  if ("all" in query) return "all";
  return "ids" in query ? `ids ${query.ids.join()}` : "box";
}

function begin(client: Client, query: StationScope): Following {
  const kind = kindOf(query);
  const box =
    "near" in query ? boxAround(query.near, radiusOf(query.near) * MARGIN) : "box" in query ? query.box : null;
  if (box) return { client, kind, box, source: new StationSource(client, { box }) };
  const source = "ids" in query ? new StationSource(client, { ids: query.ids }) : allStationsOf(client);
  return { client, kind, box, source };
}

function goOn(following: Following, query: StationScope): Following {
  const { client, kind, box } = following;
  if (kind !== kindOf(query)) return begin(client, query);
  const best = boxOf(query);
  if (!box || !best || sameBox(box, best)) return following;
  if ("near" in query && isEnough(box, best, query.near)) return following;
  // Far away nothing that is known would be shown: a new set says that it is not ready yet.
  return boxesMeet(box, best) ? { ...following, box: best } : begin(client, query);
}

function boxOf(query: StationScope): Box | null {
  if ("near" in query) return boxAround(query.near, radiusOf(query.near) * MARGIN);
  return "box" in query ? query.box : null;
}

function isEnough(box: Box, best: Box, near: Near): boolean {
  return boxCovers(box, boxAround(near, radiusOf(near))) && heightOf(box) <= heightOf(best) * TOO_LARGE;
}

/** The same object while the query says the same. */
export function useCriteria(query: StationQuery): Criteria {
  const { sort, filter } = query;
  const near = "near" in query ? query.near : undefined;
  const { latitude, longitude } = near ?? query.from ?? {};
  const withinKm = near && radiusOf(near);
  const ids = "ids" in query ? query.ids.join() : undefined;
  const filterKey = typeof filter === "function" ? filter : JSON.stringify(filter);
  const sortBy = sort ?? (near && "distance");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `filterKey` and `ids` say by value what the query says.
  return useMemo(() => {
    const from = latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
    return criteriaOf({ sort: sortBy, filter, from, withinKm, ids: ids === undefined ? undefined : idsOf(ids) });
  }, [sortBy, filterKey, latitude, longitude, withinKm, ids]);
}

const idsOf = (key: string): number[] => (key === "" ? [] : key.split(",").map(Number));
