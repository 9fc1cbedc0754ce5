// Bookings that are under way, laid over the stations' counts until the stations themselves say so.

import type { Station } from "@swapwire/client";
import { perClient } from "./per-client.ts";

interface Taken {
  /** What was shown when the rider booked: a newer state knows better. */
  revision: number;
}

interface Laid {
  count: number;
  to: Station;
}

export class Overlay {
  readonly #taken = new Map<number, Set<Taken>>();
  /** By object and not by id: two open sets may hold the same station as two objects. */
  readonly #laid = new WeakMap<Station, Laid>();
  readonly #listeners = new Set<(changed: ReadonlySet<number>) => void>();
  /** Raised by each change, so that lists made with it can tell. */
  version = 0;

  get empty(): boolean {
    return this.#taken.size === 0;
  }

  /** Takes one battery from what is shown of the station; the answer puts it back. */
  take(station: Station): () => void {
    const { station_id: id, revision } = station;
    const entry: Taken = { revision };
    // What the station has overtaken is over; here it is dropped, so that the set stays small.
    const going = [...(this.#taken.get(id) ?? [])].filter((taken) => taken.revision >= revision);
    this.#taken.set(id, new Set([...going, entry]));
    this.#changed(id);
    return () => {
      const entries = this.#taken.get(id);
      if (!entries?.delete(entry)) return;
      if (entries.size === 0) this.#taken.delete(id);
      this.#changed(id);
    };
  }

  /** The station as it will be; the same object for the same state. */
  over(station: Station): Station {
    const entries = this.#taken.get(station.station_id);
    if (!entries) return station;
    const count = [...entries].filter(({ revision }) => revision >= station.revision).length;
    if (count === 0) return station;
    const known = this.#laid.get(station);
    if (known?.count === count) return known.to;
    const taken = Math.min(count, station.available_batteries);
    const to = {
      ...station,
      available_batteries: station.available_batteries - taken,
      booked_batteries: station.booked_batteries + taken,
    };
    const laid = { count, to };
    this.#laid.set(station, laid);
    // Laid over twice it would be taken twice.
    this.#laid.set(to, laid);
    return to;
  }

  subscribe(listener: (changed: ReadonlySet<number>) => void): () => void {
    const entry = (changed: ReadonlySet<number>) => listener(changed);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  #changed(id: number): void {
    this.version += 1;
    for (const listener of [...this.#listeners]) listener(new Set([id]));
  }
}

export const overlayOf = perClient(() => new Overlay());
