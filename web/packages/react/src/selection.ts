// The stations of a set that match, in order, kept up to date by what changed and not by sorting all of them again:
// with ten thousand stations and a hundred changes a second, sorting would take more time than painting.

import type { Station, Stations } from "@swapwire/client";
import type { Criteria } from "./criteria.ts";
import { sameList } from "./store.ts";

export interface Selected {
  readonly stations: readonly Station[];
  readonly ids: readonly number[];
}

export const nothingSelected: Selected = { stations: [], ids: [] };

/** From this share of the list on, one sort is cheaper than that many insertions. */
const MANY = 1 / 8;

export class Selection {
  readonly #source: Stations;
  readonly #criteria: Criteria;
  readonly #shown = new Map<number, Station>();
  #selected: Selected;
  /** What was selected from; null while changes are heard of, since then nothing can be missed. */
  #basis: readonly Station[] | null = null;
  #listeners = 0;

  /** What another selection showed stays the same object where it is the same list. */
  constructor(source: Stations, criteria: Criteria, before: Selected) {
    this.#source = source;
    this.#criteria = criteria;
    this.#selected = before;
    this.#selectAll();
  }

  get = (): Selected => {
    if (this.#listeners === 0 && this.#source.list() !== this.#basis) this.#selectAll();
    return this.#selected;
  };

  getStations = (): readonly Station[] => this.get().stations;
  getIds = (): readonly number[] => this.get().ids;

  subscribe = (listener: () => void): (() => void) => {
    const stop = this.#source.subscribe((changed) => {
      this.#apply(changed);
      listener();
    });
    this.#listeners += 1;
    if (this.#source.list() !== this.#basis) this.#selectAll();
    return () => {
      this.#listeners -= 1;
      stop();
    };
  };

  #selectAll(): void {
    const { matches } = this.#criteria;
    this.#basis = this.#source.list();
    const stations = this.#sorted(this.#basis.filter(matches));
    this.#shown.clear();
    for (const station of stations) this.#shown.set(station.station_id, station);
    this.#show(stations);
  }

  #sorted(stations: Station[]): readonly Station[] {
    const { rank, compare } = this.#criteria;
    if (!rank) return stations.sort(compare);
    const ranked = stations.map((station) => ({ station, rank: rank(station) }));
    ranked.sort((one, other) => one.rank - other.rank || one.station.station_id - other.station.station_id);
    return ranked.map(({ station }) => station);
  }

  /** Several hooks' listeners may report the same change: what is applied already changes nothing. */
  #apply(changed: ReadonlySet<number>): void {
    if (changed.size > 16 && changed.size > this.#shown.size * MANY) return this.#selectAll();
    const next = [...this.#selected.stations];
    let touched = false;
    for (const id of changed) {
      const before = this.#shown.get(id);
      const state = this.#source.get(id);
      const now = state && this.#criteria.matches(state) ? state : undefined;
      if (before === now) continue;
      touched = true;
      if (!this.#replace(next, before, now)) return this.#selectAll();
      if (now) this.#shown.set(id, now);
      else this.#shown.delete(id);
    }
    if (touched) this.#show(next);
  }

  /** False if the station is not where the order says: an order that depends on more than the stations. */
  #replace(stations: Station[], before: Station | undefined, now: Station | undefined): boolean {
    const { compare } = this.#criteria;
    if (before) {
      const at = place(stations, before, compare);
      if (stations[at] !== before) return false;
      if (now && compare(before, now) === 0) {
        stations[at] = now;
        return true;
      }
      stations.splice(at, 1);
    }
    if (now) stations.splice(place(stations, now, compare), 0, now);
    return true;
  }

  #show(stations: readonly Station[]): void {
    const { stations: before, ids } = this.#selected;
    const same = sameList(before, stations);
    if (same === before) return;
    const sameOrder =
      before.length === stations.length && stations.every(({ station_id }, at) => station_id === ids[at]);
    this.#selected = { stations, ids: sameOrder ? ids : stations.map(({ station_id }) => station_id) };
  }
}

/** Where the station is, or would be. */
function place(stations: readonly Station[], station: Station, compare: Criteria["compare"]): number {
  let from = 0;
  let to = stations.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = stations[middle];
    if (at && compare(at, station) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
