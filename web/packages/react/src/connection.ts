// How the connection is, for a banner.

import type { Connection } from "@swapwire/client";
import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "./provider.tsx";

export const idle: Connection = { phase: "idle" };
const onServer = () => idle;

/** The least lucky of the client's connections. */
export function useConnection(): Connection {
  const { connection } = useClient();
  return useSyncExternalStore(connection.subscribe, connection.get, onServer);
}

interface Watched {
  get(): Connection;
  subscribe(listener: () => void): () => void;
}

/** The state of one feed without its round trip, which changes with every ping and is no reason to render a list. */
export function usePhase(connection: Watched): Connection {
  const get = useMemo(() => {
    let shown = connection.get();
    return () => {
      const now = connection.get();
      if (!samePhase(shown, now)) shown = now;
      return shown;
    };
  }, [connection]);
  return useSyncExternalStore(connection.subscribe, get, onServer);
}

function samePhase(one: Connection, other: Connection): boolean {
  if (one.phase === "live" && other.phase === "live") return one.transport === other.transport;
  return one === other;
}
