// How the own stations are shown. It stands in the address, so that one can send it to somebody or hang it on a wall.

import type { Station } from "@swapwire/client";
import type { StationOrder } from "@swapwire/react";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { concernKinds, concernsOf, type Findings, urgencyOf } from "./concerns.ts";
import type { Show } from "./summary.ts";

export const columns = ["name", "state", "available", "booked", "unavailable", "total", "changed"] as const;
export type Column = (typeof columns)[number];

export interface View {
  readonly layout: "table" | "wall";
  readonly sort: Column;
  readonly descending: boolean;
  readonly show: Show;
  readonly text: string;
}

export const shows: readonly Show[] = ["all", ...concernKinds, "online"];

export function useView(): [View, (change: Partial<View>) => void] {
  const [search, setSearch] = useSearchParams();
  const key = search.toString();
  return useMemo(() => {
    const view = read(new URLSearchParams(key));
    const change = (some: Partial<View>) => setSearch(write({ ...view, ...some }), { replace: true });
    return [view, change];
  }, [key, setSearch]);
}

function read(search: URLSearchParams): View {
  const sort = columns.find((column) => column === search.get("sort")) ?? "state";
  return {
    layout: search.get("view") === "wall" ? "wall" : "table",
    sort,
    descending: search.get("order") === "desc",
    show: shows.find((show) => show === search.get("show")) ?? "all",
    text: search.get("q") ?? "",
  };
}

export function write({ layout, sort, descending, show, text }: View): URLSearchParams {
  const search = new URLSearchParams();
  if (layout === "wall") search.set("view", "wall");
  if (show !== "all") search.set("show", show);
  if (text) search.set("q", text);
  if (sort !== "state") search.set("sort", sort);
  if (descending) search.set("order", "desc");
  return search;
}

/** The first click on a figure shows the largest first, on a name the first of the alphabet. */
export function sortedBy(view: View, column: Column): Pick<View, "sort" | "descending"> {
  if (column === view.sort) return { sort: column, descending: !view.descending };
  return { sort: column, descending: column !== "name" && column !== "state" };
}

export function orderOf(
  { sort, descending }: Pick<View, "sort" | "descending">,
  findings: Findings,
  compare: Intl.Collator["compare"],
): StationOrder {
  const byName: StationOrder = (one, other) => compare(one.station_name, other.station_name);
  const by = orders(findings, byName)[sort];
  const sign = descending ? -1 : 1;
  return (one, other) => sign * by(one, other) || byName(one, other);
}

function orders(findings: Findings, byName: StationOrder): Record<Column, StationOrder> {
  const number =
    (of: (station: Station) => number): StationOrder =>
    (one, other) =>
      of(one) - of(other);
  const available = number((station) => station.available_batteries);
  return {
    name: byName,
    state: (one, other) => urgencyOf(one, findings) - urgencyOf(other, findings) || available(one, other),
    available,
    booked: number((station) => station.booked_batteries),
    unavailable: number((station) => station.unavailable_batteries),
    total: number((station) => station.total_batteries),
    changed: (one, other) => Number(one.timestamp > other.timestamp) - Number(one.timestamp < other.timestamp),
  };
}

export function matchesShow(station: Station, show: Show, findings: Findings): boolean {
  if (show === "all") return true;
  if (show === "online") return station.status === "online";
  return concernsOf(station, findings).includes(show);
}
