// State that belongs to a client and not to a component: shared by all components below it, forgotten with it.

import type { Client } from "@swapwire/client";

export function perClient<State>(create: (client: Client) => State): (client: Client) => State {
  const states = new WeakMap<Client, State>();
  return (client) => {
    const known = states.get(client);
    if (known !== undefined) return known;
    const state = create(client);
    states.set(client, state);
    return state;
  };
}
