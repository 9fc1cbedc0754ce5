// Which client the hooks below use.

import type { Client } from "@swapwire/client";
import { createContext, type ReactNode, useContext } from "react";

const ClientContext = createContext<Client | null>(null);

/** Whoever made the client closes it: a provider may come and go. */
export function SwapwireProvider({ client, children }: { client: Client; children?: ReactNode }) {
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("Swapwire's hooks need a <SwapwireProvider client={…}> above them.");
  return client;
}
