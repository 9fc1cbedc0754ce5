// The states of stations, by revision, and who listens to them.

import { callAll } from "./observable.ts";
import type { Platform } from "./platform.ts";
import type { Station } from "./types.ts";

export class StationSet {
  readonly #beforePaint: Platform["beforePaint"];
  readonly #covers: (station: Station) => boolean;
  readonly #stations = new Map<number, Station>();
  /** Revisions at which stations were removed: an older state does not bring them back. */
  readonly #removed = new Map<number, number>();
  /** Held from before, while a fresh state arrives. Its word counts, also when the revisions began anew. */
  readonly #unconfirmed = new Set<number>();
  readonly #listeners = new Set<(changed: ReadonlySet<number>) => void>();
  readonly #byId = new Map<number, Set<() => void>>();
  #list: readonly Station[] | null = null;
  #changed = new Set<number>();
  #scheduled = false;

  /** `covers` says which stations belong to the set, by id and place. */
  constructor(platform: Platform, covers: (station: Station) => boolean) {
    this.#beforePaint = (call) => platform.beforePaint(call);
    this.#covers = covers;
  }

  get = (id: number): Station | undefined => this.#stations.get(id);

  list = (): readonly Station[] => (this.#list ??= [...this.#stations.values()]);

  subscribe = (listener: (changed: ReadonlySet<number>) => void): (() => void) => {
    const entry = (changed: ReadonlySet<number>) => listener(changed);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  };

  subscribeTo = (id: number, listener: () => void): (() => void) => {
    const entry = () => listener();
    const listeners = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, listeners.add(entry));
    return () => {
      listeners.delete(entry);
      if (listeners.size === 0 && this.#byId.get(id) === listeners) this.#byId.delete(id);
    };
  };

  /** Takes a state, unless it is older than what is known or not of this set. */
  hold(state: Station): void {
    const { station_id: id, revision } = state;
    if (this.#unconfirmed.delete(id)) this.#removed.delete(id);
    else if (revision <= (this.#stations.get(id)?.revision ?? this.#removed.get(id) ?? -1)) return;
    if (state.status === "removed") return this.remove(id, revision);
    if (!this.#covers(state)) return this.drop(id);
    this.#stations.set(id, stationOf(state));
    this.touch(id);
  }

  /** The station exists no more. */
  remove(id: number, revision = this.#stations.get(id)?.revision): void {
    if (revision !== undefined) this.#removed.set(id, Math.max(revision, this.#removed.get(id) ?? -1));
    this.drop(id);
  }

  drop(id: number): void {
    if (this.#stations.delete(id)) this.touch(id);
  }

  /** Drops what does not belong to the set any more. */
  dropOthers(): void {
    for (const [id, station] of this.#stations) if (!this.#covers(station)) this.drop(id);
  }

  /** A fresh state comes for this station, or for all. */
  doubt(id?: number): void {
    if (id !== undefined) this.#unconfirmed.add(id);
    else for (const known of [...this.#stations.keys(), ...this.#removed.keys()]) this.#unconfirmed.add(known);
  }

  /** The fresh state of all is complete: what it did not name is not there. */
  settle(): void {
    for (const id of this.#unconfirmed) {
      this.drop(id);
      this.#removed.delete(id);
    }
    this.#unconfirmed.clear();
  }

  /** Listeners hear of this station, or only that the set as a whole has changed, before the next paint. */
  touch(id?: number): void {
    if (id !== undefined) {
      this.#list = null;
      this.#changed.add(id);
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#beforePaint(() => {
      this.#scheduled = false;
      const changed = this.#changed;
      this.#changed = new Set();
      for (const id of changed) callAll(this.#byId.get(id));
      callAll(this.#listeners, changed);
    });
  }
}

/** The state alone, without what belongs to the message that brought it. */
function stationOf(state: Station & { type?: unknown; id?: unknown; cursor?: unknown; action?: unknown }): Station {
  if (state.type === undefined) return state;
  const { type: _type, id: _id, cursor: _cursor, action: _action, ...station } = state;
  return station;
}
