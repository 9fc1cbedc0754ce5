// A set of stations for components: the client's, opened by the first listener, with pending bookings laid over it.

import type { Box, Client, Connection, Observable, Station, Stations } from "@swapwire/client";
import { idle } from "./connection.ts";
import { sameBox } from "./geography.ts";
import { Held } from "./held.ts";
import { type Overlay, overlayOf } from "./overlay.ts";
import { perClient } from "./per-client.ts";

export type Scope = { all: true } | { ids: readonly number[] } | { box: Box };

export const noStations: readonly Station[] = [];
const noIds: readonly number[] = [];

export class StationSource implements Stations {
  readonly #overlay: Overlay;
  readonly #held: Held<Stations>;
  #box: Box | null;
  #list: { of: readonly Station[]; version: number; list: readonly Station[] } | null = null;

  constructor(client: Client, scope: Scope) {
    this.#overlay = overlayOf(client);
    this.#box = "box" in scope ? scope.box : null;
    const open = () => {
      if (this.#box) return client.box(this.#box);
      return "ids" in scope ? client.ids(scope.ids) : client.all();
    };
    const sources = openSourcesOf(client);
    this.#held = new Held(open, (isOpen) => {
      if (isOpen) sources.add(this);
      else sources.delete(this);
    });
  }

  get = (id: number): Station | undefined => {
    const station = this.#held.peek()?.get(id);
    return station && this.#overlay.over(station);
  };

  list = (): readonly Station[] => {
    const of = this.#held.peek()?.list() ?? noStations;
    if (this.#overlay.empty) return of;
    const { version } = this.#overlay;
    if (this.#list?.of !== of || this.#list.version !== version) {
      this.#list = { of, version, list: of.map((station) => this.#overlay.over(station)) };
    }
    return this.#list.list;
  };

  ready = (): boolean => this.#held.peek()?.ready() ?? false;

  unknown = (): readonly number[] => this.#held.peek()?.unknown() ?? noIds;

  subscribe = (listener: (changed: ReadonlySet<number>) => void): (() => void) =>
    this.#held.listen((stations) => {
      const stops = [stations.subscribe(listener), this.#overlay.subscribe(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    });

  subscribeTo = (id: number, listener: () => void): (() => void) =>
    this.#held.listen((stations) => {
      const stops = [
        stations.subscribeTo(id, listener),
        this.#overlay.subscribe((changed) => changed.has(id) && listener()),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    });

  on: Stations["on"] = (type, listener) => this.#held.listen((stations) => stations.on(type, listener));

  readonly connection: Observable<Connection> = {
    get: () => this.#held.peek()?.connection.get() ?? idle,
    subscribe: (listener) => this.#held.listen((stations) => stations.connection.subscribe(listener)),
  };

  /** Another box, also before it is open. */
  moveTo = (box: Box): void => {
    if (!this.#box) throw new TypeError("Only a box can be moved.");
    if (sameBox(box, this.#box)) return;
    this.#box = box;
    if (this.#held.isOpen) this.#held.peek()?.moveTo(box);
  };

  /** Nothing to do: it closes when nobody listens any more. */
  close = (): void => {};
}

const openSourcesOf = perClient(() => new Set<StationSource>());

/** All stations are one set, whoever asks. */
export const allStationsOf = perClient((client) => new StationSource(client, { all: true }));

/** The newest that any open set knows of a station. */
export function knownStation(client: Client, id: number): Station | undefined {
  let newest: Station | undefined;
  for (const source of openSourcesOf(client)) {
    const station = source.get(id);
    if (station && (!newest || station.revision > newest.revision)) newest = station;
  }
  return newest;
}
