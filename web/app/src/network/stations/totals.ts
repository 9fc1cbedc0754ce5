// The network in a few numbers, kept by adding and taking away what changed: counting ten thousand stations at each change
// would cost more than showing them.

import type { Station, Stations } from "@swapwire/client";

export interface Totals {
  readonly stations: number;
  readonly online: number;
  readonly available: number;
  readonly booked: number;
  readonly unavailable: number;
  readonly empty: number;
}

const nothing: Totals = { stations: 0, online: 0, available: 0, booked: 0, unavailable: 0, empty: 0 };

/** Numbers that change more often can't be read. */
const SHOWN_EVERY_MS = 250;

function add(totals: Totals, station: Station, sign: 1 | -1): Totals {
  return {
    stations: totals.stations + sign,
    online: totals.online + (station.status === "online" ? sign : 0),
    available: totals.available + sign * station.available_batteries,
    booked: totals.booked + sign * station.booked_batteries,
    unavailable: totals.unavailable + sign * station.unavailable_batteries,
    empty: totals.empty + (station.available_batteries === 0 ? sign : 0),
  };
}

export class TotalsStore {
  readonly #source: Pick<Stations, "get" | "list" | "subscribe">;
  readonly #counted = new Map<number, Station>();
  #totals = nothing;
  #shown = nothing;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Pick<Stations, "get" | "list" | "subscribe">) {
    this.#source = source;
  }

  get = (): Totals => this.#shown;

  subscribe = (listener: () => void): (() => void) => {
    const show = () => {
      this.#timer = undefined;
      this.#shown = this.#totals;
      listener();
    };
    const stop = this.#source.subscribe((changed) => {
      for (const id of changed) this.#count(id);
      this.#timer ??= setTimeout(show, SHOWN_EVERY_MS);
    });
    this.#countAll();
    show();
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  #countAll(): void {
    this.#counted.clear();
    this.#totals = nothing;
    for (const { station_id } of this.#source.list()) this.#count(station_id);
  }

  #count(id: number): void {
    const before = this.#counted.get(id);
    const now = this.#source.get(id);
    if (before) this.#totals = add(this.#totals, before, -1);
    if (now) {
      this.#totals = add(this.#totals, now, 1);
      this.#counted.set(id, now);
    } else this.#counted.delete(id);
  }
}
