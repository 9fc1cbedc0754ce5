// Bulk actions on a list of batteries: what is selected, what is under way, and what became of each row.

import type { Battery, SwapwireError } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useCallback, useMemo, useState } from "react";
import type { Outcome } from "../bulk/outcome.ts";
import { runEach, runTogether } from "../bulk/run.ts";

export type ServiceState = "available" | "charging" | "faulty";
export const serviceStates: readonly ServiceState[] = ["available", "charging", "faulty"];

export interface BatteryActions {
  readonly selected: ReadonlySet<number>;
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly busy: boolean;
  /** What the server has not confirmed yet, by battery. */
  readonly pending: ReadonlyMap<number, Partial<Battery>>;
  select(ids: readonly number[], on: boolean): void;
  clear(): void;
  setState(state: ServiceState): Promise<void>;
  takeOut(): Promise<void>;
  putAt(station: number): Promise<void>;
}

type Work = (ids: readonly number[], report: (id: number, outcome: Outcome) => void) => Promise<void>;

export function useBatteryActions(station: number | null, refresh: () => Promise<void>): BatteryActions {
  const { http } = useClient();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [pending, setPending] = useState<ReadonlyMap<number, Partial<Battery>>>(new Map());
  const [busy, setBusy] = useState(false);

  const select = useCallback((ids: readonly number[], on: boolean) => {
    setSelected((held) => {
      const next = new Set(held);
      for (const id of ids)
        if (on) next.add(id);
        else next.delete(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => {
    setSelected(new Set());
    setOutcomes(new Map());
  }, []);

  return useMemo(() => {
    /** What failed stays selected, what went well does not. */
    const run = async (change: Partial<Battery>, work: Work) => {
      const ids = [...selected];
      setBusy(true);
      setOutcomes(new Map());
      setPending(new Map(ids.map((id) => [id, change])));
      await work(ids, (id, outcome) => {
        setOutcomes((held) => new Map(held).set(id, outcome));
        if (outcome.ok) return select([id], false);
        setPending((held) => without(held, id));
      });
      await refresh();
      setPending(new Map());
      setBusy(false);
    };
    const path = (battery_id: number) => ({ path: { battery_id } });
    return {
      selected,
      outcomes,
      busy,
      pending,
      select,
      clear,
      setState: (state) =>
        run({ state }, (ids, report) =>
          runEach(ids, (id) => http.patch("/batteries/{battery_id}/", { ...path(id), body: { state } }), report),
        ),
      takeOut: () =>
        run({}, (ids, report) => {
          const take = (battery_id: number) =>
            http.delete("/stations/{station_id}/batteries/{battery_id}/", {
              path: { station_id: station ?? 0, battery_id },
            });
          return runEach(ids, take, report);
        }),
      putAt: (station_id) =>
        run({ station_id }, (ids, report) => {
          const put = (batteries: readonly number[]) =>
            http.put("/stations/{station_id}/batteries/", {
              path: { station_id },
              body: { batteries: [...batteries] },
            });
          return runTogether(ids, put, report);
        }),
    };
  }, [http, selected, outcomes, busy, pending, select, clear, refresh, station]);
}

export function failuresOf(outcomes: ReadonlyMap<number, Outcome>): readonly SwapwireError[] {
  return [...outcomes.values()].flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
}

function without<Value>(map: ReadonlyMap<number, Value>, id: number): ReadonlyMap<number, Value> {
  const next = new Map(map);
  next.delete(id);
  return next;
}
