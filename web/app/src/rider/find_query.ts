// What the find page shows, as its address says it: so that it can be sent to somebody, and the back button works.

import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

export const views = ["both", "map", "list"] as const;
export type View = (typeof views)[number];

export interface FindQuery {
  readonly text: string;
  readonly available: boolean;
  readonly view: View;
  /** The station whose sheet is open. */
  readonly station: number | null;
}

interface Changes {
  setText(text: string): void;
  setAvailable(available: boolean): void;
  setView(view: View): void;
  /** Neither a search nor a filter. */
  showAll(): void;
  open(station: number): void;
  close(): void;
}

export function useFindQuery(): FindQuery & Changes {
  const [params, setParams] = useSearchParams();
  const put = useCallback(
    (values: Record<string, string | null>, replace: boolean) => {
      const changed = (before: URLSearchParams) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      };
      setParams(changed, { replace });
    },
    [setParams],
  );
  const changes = useMemo(
    (): Changes => ({
      setText: (text) => put({ q: text }, true),
      setAvailable: (available) => put({ available: available ? "1" : null }, true),
      setView: (view) => put({ view: view === "both" ? null : view }, true),
      showAll: () => put({ q: null, available: null }, true),
      open: (station) => put({ station: String(station) }, false),
      close: () => put({ station: null }, true),
    }),
    [put],
  );
  const station = params.get("station") ?? "";
  return {
    ...changes,
    text: params.get("q") ?? "",
    available: params.get("available") === "1",
    view: views.find((view) => view === params.get("view")) ?? "both",
    station: /^[1-9]\d{0,15}$/.test(station) ? Number(station) : null,
  };
}
