// Live sets of stations as an app sees them, and what all kinds of them have in common.

import type { Connection, Link } from "./link.ts";
import { Emitter, type Observable } from "./observable.ts";
import type { Platform } from "./platform.ts";
import { StationSet } from "./station-set.ts";
import type { TabLink } from "./tabs.ts";
import type { Box, Message, ServerMessage, Station, StationEvent } from "./types.ts";

/** What a page keeps to come back to: cursor and stations belong together, or the restored screen has holes. */
export interface SavedStations {
  cursor: string;
  stations: readonly Station[];
}

/** A live set of stations. The objects and the list are replaced only when something in them changed. */
export interface Stations {
  get(id: number): Station | undefined;
  /** All of them, in no particular order. */
  list(): readonly Station[];
  /** True once the set is complete; it stays true, since what was shown goes on being shown while connecting. */
  ready(): boolean;
  /** The ids asked for that no station has. */
  unknown(): readonly number[];
  /** Hears which stations changed, came or went, once before the next paint. */
  subscribe(listener: (changed: ReadonlySet<number>) => void): () => void;
  /** Hears changes of one station only. */
  subscribeTo(id: number, listener: () => void): () => void;
  /** Hears each message about a station at once; after a fault one may come again. */
  on: Emitter<StationEvent>["on"];
  readonly connection: Observable<Connection>;
  /** Another box on the same socket; only for a box. */
  moveTo(box: Box): void;
  close(): void;
}

/** Messages of a station channel, applied to a set. */
export abstract class StationFeed {
  abstract readonly link: Link | TabLink;
  readonly set: StationSet;
  readonly events = new Emitter<StationEvent>();
  #ready = false;

  constructor(platform: Platform) {
    this.set = new StationSet(platform, (station) => this.covers(station));
  }

  ready = (): boolean => this.#ready;

  unknown = (): readonly number[] => [];

  moveTo(_box: Box): void {
    throw new TypeError("Only a box can be moved.");
  }

  dispose(): void {
    this.link.dispose();
  }

  protected abstract covers(station: Station): boolean;

  protected abstract connected(greeting: Message<"connection_established">): void;

  protected completed(): void {
    this.set.settle();
    this.becomeReady();
  }

  /** The listeners hear it also when no station has changed, such as of a set without any. */
  protected becomeReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.set.touch();
  }

  protected apply(message: ServerMessage): void {
    switch (message.type) {
      case "connection_established":
        return this.connected(message);
      case "inventory_snapshot":
        for (const station of message.stations) this.set.hold(station);
        return message.complete ? this.completed() : undefined;
      case "inventory_update":
        this.set.hold(message);
        return this.events.emit(message);
      case "station_status":
        if (message.status === "removed") this.set.remove(message.station_id);
        return this.events.emit(message);
      case "battery_booked":
      case "battery_collected":
      case "battery_added":
      case "battery_removed":
      case "battery_released":
      case "lagged":
        return this.events.emit(message);
    }
  }
}
