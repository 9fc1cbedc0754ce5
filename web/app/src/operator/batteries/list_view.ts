// Which batteries of a list are shown: by state, which the server knows, and by text, which it does not. In the address.

import type { Battery, BatteryState } from "@swapwire/client";
import { useDeferredValue, useEffect, useMemo } from "react";
import { useSearchParams } from "wouter";
import type { Pages } from "../pages.ts";
import { folded } from "../stations/search.ts";

export const batteryStates: readonly BatteryState[] = ["available", "booked", "charging", "faulty", "collected"];

export interface ListView {
  readonly state: BatteryState | null;
  readonly text: string;
  show(state: BatteryState | null): void;
  find(text: string): void;
}

export function useListView(): ListView {
  const [search, setSearch] = useSearchParams();
  const key = search.toString();
  return useMemo(() => {
    const now = new URLSearchParams(key);
    const change = (name: string, value: string | null) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      setSearch(next, { replace: true });
    };
    return {
      state: batteryStates.find((state) => state === now.get("state")) ?? null,
      text: now.get("q") ?? "",
      show: (state) => change("state", state),
      find: (text) => change("q", text),
    };
  }, [key, setSearch]);
}

/** Those that match; a search looks at all pages, so it asks for the next one until there is none. */
export function useMatching(pages: Pages<Battery>, text: string): readonly Battery[] {
  const wanted = useDeferredValue(text);
  const part = folded(wanted.trim());
  const wantsMore = part !== "" && pages.hasMore && !pages.loading && !pages.error;
  useEffect(() => {
    if (wantsMore) pages.more();
  }, [wantsMore, pages]);
  return useMemo(() => {
    if (part === "") return pages.items;
    const id = part.replace(/^#/, "");
    return pages.items.filter(
      (battery) =>
        String(battery.id) === id ||
        folded(battery.serial_number).includes(part) ||
        folded(battery.model).includes(part),
    );
  }, [pages.items, part]);
}
