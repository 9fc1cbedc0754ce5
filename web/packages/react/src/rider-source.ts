// The channel of the token's user, opened by the first listener and shared by all hooks of a client.

import type { Client, Inbox, Rider } from "@swapwire/client";
import { Held } from "./held.ts";
import { perClient } from "./per-client.ts";

export const emptyInbox: Inbox = { items: [], unread: 0, complete: false };

export class RiderSource {
  readonly #held: Held<Rider>;

  constructor(client: Client) {
    this.#held = new Held(() => client.rider());
  }

  readonly inbox = {
    get: (): Inbox => this.#held.peek()?.inbox.get() ?? emptyInbox,
    subscribe: (listener: () => void) => this.#held.listen((rider) => rider.inbox.subscribe(listener)),
  };

  on: Rider["on"] = (type, listener) => this.#held.listen((rider) => rider.on(type, listener));

  onOrdersChanged = (listener: () => void): (() => void) =>
    this.#held.listen((rider) => rider.onOrdersChanged(listener));

  markRead = async (upTo: number): Promise<void> => {
    const rider = this.#held.retain();
    try {
      await rider.markRead(upTo);
    } finally {
      this.#held.release();
    }
  };
}

export const riderOf = perClient((client) => new RiderSource(client));
