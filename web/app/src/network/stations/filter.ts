// Which stations the wall and the map show, as the address says it: q, status, stock, sort.

import type { Station } from "@swapwire/client";
import type { StationOrder } from "@swapwire/react";

export const stocks = ["any", "available", "low", "empty"] as const;
export type Stock = (typeof stocks)[number];

export const sorts = ["name", "fewest", "id"] as const;
export type Sort = (typeof sorts)[number];

export const statuses = ["online", "offline", "maintenance"] as const;
export type Status = (typeof statuses)[number];

export interface Filter {
  readonly text: string;
  readonly status: Status | null;
  readonly stock: Stock;
  readonly sort: Sort;
}

/** From so few batteries on a rider had better look elsewhere. */
export const LOW = 2;

export function filterOf(search: URLSearchParams): Filter {
  return {
    text: search.get("q") ?? "",
    status: statuses.find((status) => status === search.get("status")) ?? null,
    stock: stocks.find((stock) => stock === search.get("stock")) ?? "any",
    sort: sorts.find((sort) => sort === search.get("sort")) ?? "name",
  };
}

/** What is usual is not in the address. */
export function putFilter(search: URLSearchParams, change: Partial<Filter>): URLSearchParams {
  const { text, status, stock, sort } = { ...filterOf(search), ...change };
  const next = new URLSearchParams(search);
  const put = (key: string, value: string, usual: string) => {
    if (value === usual) next.delete(key);
    else next.set(key, value);
  };
  put("q", text, "");
  put("status", status ?? "", "");
  put("stock", stock, "any");
  put("sort", sort, "name");
  return next;
}

export const isFiltered = ({ text, status, stock }: Filter): boolean =>
  text.trim() !== "" || status !== null || stock !== "any";

/** How a station stands, by what a rider finds there. */
export type Standing = "good" | "low" | "empty" | "closed";

export function standingOf({ status, available_batteries }: Station): Standing {
  if (status !== "online") return "closed";
  if (available_batteries === 0) return "empty";
  return available_batteries <= LOW ? "low" : "good";
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A number finds the station of that number, text a part of its name. */
export function matcher({ text, status, stock }: Filter): (station: Station) => boolean {
  const part = folded(text.trim());
  const has: Record<Stock, (station: Station) => boolean> = {
    any: () => true,
    available: ({ available_batteries }) => available_batteries > 0,
    low: ({ available_batteries }) => available_batteries > 0 && available_batteries <= LOW,
    empty: ({ available_batteries }) => available_batteries === 0,
  };
  return (station) => {
    if (status && station.status !== status) return false;
    if (!has[stock](station)) return false;
    return part === "" || String(station.station_id) === part || folded(station.station_name).includes(part);
  };
}

const fewest: StationOrder = (one, other) => one.available_batteries - other.available_batteries;
const byId: StationOrder = (one, other) => one.station_id - other.station_id;

export const orders: Record<Sort, "name" | StationOrder> = { name: "name", fewest, id: byId };
