// Which stations are the caller's. The answer is a list of ids; their state comes live. An admin runs all stations.

import type { Client, StationRecord, SwapwireError } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useSession } from "../../session/context.tsx";
import { errorOf } from "../bulk/outcome.ts";

export interface OwnStations {
  /** What to follow: the stations by id, or all of them where that is more than one socket may follow by id. */
  readonly scope: { all: true } | { ids: readonly number[] };
  /** False until it is known which stations are the caller's. */
  readonly known: boolean;
  readonly error: SwapwireError | null;
  owns(id: number): boolean;
  /** Asks again, after a station was created or removed. */
  refresh(): Promise<void>;
}

/** As many stations as one socket follows by id. */
const MOST_IDS = 100;
const PAGE = 500;
/** Stations that somebody else gave or took away show within this time. */
const REFRESH_MS = 60_000;

const Context = createContext<OwnStations | null>(null);

export function useOwnStations(): OwnStations {
  const own = useContext(Context);
  if (!own) throw new Error("useOwnStations needs an OwnStationsProvider above it.");
  return own;
}

export function OwnStationsProvider({ children }: { children: ReactNode }) {
  const { session } = useSession();
  return session?.role === "admin" ? <AllStations>{children}</AllStations> : <ThoseOwned>{children}</ThoseOwned>;
}

const everything: OwnStations = {
  scope: { all: true },
  known: true,
  error: null,
  owns: () => true,
  refresh: async () => {},
};

function AllStations({ children }: { children: ReactNode }) {
  return <Context value={everything}>{children}</Context>;
}

function ThoseOwned({ children }: { children: ReactNode }) {
  const client = useClient();
  const [ids, setIds] = useState<readonly number[] | null>(null);
  const [error, setError] = useState<SwapwireError | null>(null);
  const refresh = useCallback(async () => {
    try {
      const found = await ownIds(client);
      setIds((held) =>
        held && held.length === found.length && held.every((id, at) => id === found[at]) ? held : found,
      );
      setError(null);
    } catch (cause) {
      setError(errorOf(cause));
    }
  }, [client]);
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => document.visibilityState === "visible" && void refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const own = useMemo((): OwnStations => {
    const owned = new Set(ids);
    const scope = owned.size > MOST_IDS ? ({ all: true } as const) : { ids: ids ?? [] };
    return { scope, known: ids !== null, error, owns: (id) => owned.has(id), refresh };
  }, [ids, error, refresh]);
  return <Context value={own}>{children}</Context>;
}

async function ownIds({ http }: Client): Promise<readonly number[]> {
  const ids: number[] = [];
  let after: string | null | undefined;
  do {
    const page = await http.get("/stations/", { query: { own: true, limit: PAGE, ...(after && { after }) } });
    ids.push(...page.items.map(({ id }: StationRecord) => id));
    after = page.next;
  } while (after);
  return ids;
}
