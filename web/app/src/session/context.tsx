// Hands the session to all components, and one live client that belongs to it.

import { browserStore, type Client, connect } from "@swapwire/client";
import { SwapwireProvider } from "@swapwire/react";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Session } from "./session.ts";

interface SessionState {
  readonly session: Session | null;
  begin(session: Session): void;
  end(): Promise<void>;
}

const Context = createContext<SessionState | null>(null);

export function SessionProvider({ first, children }: { first: Session | null; children: ReactNode }) {
  const [session, setSession] = useState(first);
  const state = useMemo(() => {
    const end = async () => {
      await session?.end();
      setSession(null);
    };
    return { session, begin: setSession, end };
  }, [session]);
  // Another person is another client: nothing of the former one's may stay on the screen.
  const client = useMemo(
    () => connect({ url: location.origin, store: browserStore("swapwire"), ...(session && { token: session.token }) }),
    [session],
  );
  useClosed(client);
  const who = session ? `${session.by} ${session.userId}` : "nobody";
  return (
    <Context value={state}>
      <SwapwireProvider key={who} client={client}>
        {children}
      </SwapwireProvider>
    </Context>
  );
}

const closing = new WeakMap<Client, ReturnType<typeof setTimeout>>();

/** Closes a client that is no longer shown, shortly after: StrictMode leaves and comes back at once. */
function useClosed(client: Client): void {
  useEffect(() => {
    clearTimeout(closing.get(client));
    return () =>
      void closing.set(
        client,
        setTimeout(() => client.close()),
      );
  }, [client]);
}

export function useSession(): SessionState {
  const state = useContext(Context);
  if (!state) throw new Error("useSession needs a SessionProvider above it.");
  return state;
}
