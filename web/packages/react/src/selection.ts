// The stations of a set that match, in order, kept up to date by what changed and not by sorting all of them again:
// with ten thousand stations and a hundred changes a second, sorting would take more time than painting.

import type { Station, Stations } from "@swapwire/client";
import type { Criteria } from "./criteria.ts";
import { sameList } from "./same-list.ts";

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
  /** What all was last selected from. */
  #basis: readonly Station[] | null = null;
  readonly #listeners = new Set<() => void>();
  #stop = () => {};
  #ready = false;

  /** What another selection showed stays the same object where it is the same list. */
  constructor(source: Stations, criteria: Criteria, before: Selected) {
    this.#source = source;
    this.#criteria = criteria;
    this.#selected = before;
    this.#catchUp();
  }

  get = (): Selected => {
    if (this.#listeners.size === 0) this.#catchUp();
    return this.#selected;
  };

  getStations = (): readonly Station[] => this.get().stations;
  getIds = (): readonly number[] => this.get().ids;

  /** Whether what is selected is complete. The set itself may be so a moment before its listeners hear of it. */
  isReady = (): boolean => {
    this.get();
    return this.#ready;
  };

  subscribe = (listener: () => void): (() => void) => {
    const entry = () => listener();
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.add(entry);
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.#stop();
    };
  };

  #begin(): void {
    this.#stop = this.#source.subscribe((changed) => {
      this.#ready = this.#source.ready();
      this.#apply(changed);
      for (const listener of [...this.#listeners]) listener();
    });
    this.#catchUp();
  }

  #catchUp(): void {
    this.#ready = this.#source.ready();
    if (this.#source.list() !== this.#basis) this.#selectAll();
  }

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
