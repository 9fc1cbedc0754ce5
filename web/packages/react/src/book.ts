// Booking a battery: the station's count drops at once, and comes back with the reason if the booking is refused.

import type { Client, Order, SwapwireError } from "@swapwire/client";
import { useCallback, useMemo, useRef, useState } from "react";
import { alsoShown, errorOf } from "./error.ts";
import { ordersOf } from "./order-lists.ts";
import { overlayOf } from "./overlay.ts";
import { perClient } from "./per-client.ts";
import { useClient } from "./provider.tsx";
import { knownStation } from "./source.ts";

export interface Booking {
  /**
   * Books the battery, or the one with the highest charge. The reason of a refusal is the promise's rejection, a
   * SwapwireError, and stays in `error`: await the promise or show `error`, as you like.
   */
  book(stationId: number, batteryId?: number): Promise<Order>;
  /** The station that is asked now. */
  pending: number | null;
  error: SwapwireError | null;
  /** Forgets the error. */
  reset(): void;
}

interface State {
  pending: number | null;
  error: SwapwireError | null;
}

const atRest: State = { pending: null, error: null };

export function useBook(): Booking {
  const client = useClient();
  const [state, setState] = useState(atRest);
  const newest = useRef(0);
  const book = useCallback(
    (stationId: number, batteryId?: number) => {
      const attempt = ++newest.current;
      const settle = (error: SwapwireError | null) => {
        if (attempt === newest.current) setState({ pending: null, error });
      };
      setState({ pending: stationId, error: null });
      const answer = bookingsOf(client).book(stationId, batteryId);
      answer.then(() => settle(null), settle);
      return alsoShown(answer);
    },
    [client],
  );
  const reset = useCallback(() => setState((before) => (before.error ? { ...before, error: null } : before)), []);
  return useMemo(() => ({ ...state, book, reset }), [state, book, reset]);
}

/** After a booking is confirmed, its station's new state is at most this far behind; then the count speaks alone. */
const SETTLED_MS = 60_000;

class Bookings {
  readonly #client: Client;
  readonly #pending = new Map<string, Promise<Order>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Pressing twice books once. */
  book(station: number, battery: number | undefined): Promise<Order> {
    const key = `${station} ${battery}`;
    const before = this.#pending.get(key);
    if (before) return before;
    const answer = this.#ask(station, battery).finally(() => this.#pending.delete(key));
    this.#pending.set(key, answer);
    return answer;
  }

  async #ask(station: number, battery: number | undefined): Promise<Order> {
    const shown = knownStation(this.#client, station);
    const putBack = shown ? overlayOf(this.#client).take(shown) : () => {};
    try {
      const order = await this.#client.http.book(station, battery);
      ordersOf(this.#client).adopt(order);
      const settle = () => {
        // Still without a newer state, as while offline, the count stays as booked.
        const now = knownStation(this.#client, station);
        if (shown && now && now.revision === shown.revision) setTimeout(settle, SETTLED_MS);
        else putBack();
      };
      setTimeout(settle, SETTLED_MS);
      return order;
    } catch (error) {
      putBack();
      throw errorOf(error);
    }
  }
}

const bookingsOf = perClient((client) => new Bookings(client));
