// What one live channel knows of its stations: all of them, those in a box, or some by id.

import { type Connection, Link, type LinkOptions } from "./link.ts";
import { Emitter, type Observable } from "./observable.ts";
import type { Box, Message, ServerMessage, Station, StationEvent } from "./types.ts";

export type Scope = { all: true } | { box: Box } | { ids: readonly number[] };

/** What a page keeps to come back to: cursor and stations belong together, or the restored screen has holes. */
export interface SavedStations {
  cursor: string;
  scope: string | null;
  stations: Station[];
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
  /** Hears what happened beside the state, at once. */
  on: Emitter<StationEvent>["on"];
  readonly connection: Observable<Connection>;
  /** Another box on the same socket; only for a box. */
  moveTo(box: Box): void;
  close(): void;
}

export type Saved = SavedStations | null | Promise<SavedStations | null>;

type FeedOptions = Pick<LinkOptions, "platform" | "url">;

export class StationFeed {
  readonly link: Link;
  readonly events = new Emitter<StationEvent>();
  readonly #platform: LinkOptions["platform"];
  readonly #stations = new Map<number, Station>();
  readonly #listeners = new Set<(changed: ReadonlySet<number>) => void>();
  readonly #byId = new Map<number, Set<() => void>>();
  readonly #unknown = new Set<number>();
  #scope: Scope;
  /** The gateway's name for the box that the cursor belongs to. */
  #scopeName: string | null = null;
  #ready = false;
  #disposed = false;
  #list: readonly Station[] | null = null;
  #changed = new Set<number>();
  /** While a fresh snapshot arrives: what has been heard of since. The rest is gone when it is complete. */
  #heardOf: Set<number> | null = null;
  /** Ids whose state has arrived: only they may be resumed by the socket's cursor. */
  readonly #arrived = new Set<number>();
  /** The id in the address of a socket that follows some stations; the others are subscribed to. */
  #first: number | null = null;

  constructor(scope: Scope, { platform, url }: FeedOptions, saved: Saved = null) {
    this.#platform = platform;
    this.#scope = scope;
    this.link = new Link({
      platform,
      url,
      token: null,
      path: (transport) => this.#path(transport),
      query: () => this.#query(),
      onMessage: (message) => this.#apply(message),
      onRefused: ({ status }) => status === 404 && this.#forgetFirst(),
    });
    void this.#begin(saved);
  }

  get = (id: number): Station | undefined => this.#stations.get(id);

  list = (): readonly Station[] => (this.#list ??= [...this.#stations.values()]);

  ready = (): boolean => this.#ready;

  unknown = (): readonly number[] => [...this.#unknown];

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
      if (listeners.size === 0) this.#byId.delete(id);
    };
  };

  /** What to keep, or null while there is no cursor. */
  save(): SavedStations | null {
    const { cursor } = this.link;
    return cursor === null ? null : { cursor, scope: this.#scopeName, stations: [...this.#stations.values()] };
  }

  moveTo(box: Box): void {
    if (!("box" in this.#scope)) throw new TypeError("Only a box can be moved.");
    this.#scope = { box };
    if (!this.link.send({ type: "view", bbox: box })) this.link.restart();
  }

  /** Follows these stations from now on; only for a feed of ids. */
  follow(ids: readonly number[]): void {
    if (!("ids" in this.#scope)) throw new TypeError("Only a feed of ids can follow others.");
    const before = this.#scope.ids;
    const added = ids.filter((id) => !before.includes(id));
    const dropped = before.filter((id) => !ids.includes(id));
    this.#scope = { ids };
    for (const id of dropped) this.#drop(id);
    if (ids.length === 0) return this.link.stop();
    if (dropped.length > 0) this.link.send({ type: "unsubscribe", channels: dropped.map(channelOf) });
    if (this.link.state.get().phase === "idle") this.link.start();
    else if (added.length > 0 && !this.#subscribeTo(added)) this.link.restart();
  }

  dispose(): void {
    this.#disposed = true;
    this.link.dispose();
  }

  /** A saved state that can't be read is none. */
  async #begin(saved: Saved): Promise<void> {
    const state = saved instanceof Promise ? await saved.catch(() => null) : saved;
    if (this.#disposed) return;
    if (state) this.#restore(state);
    if (!("ids" in this.#scope) || this.#scope.ids.length > 0) this.link.start();
  }

  #restore({ cursor, scope, stations }: SavedStations): void {
    for (const station of stations) this.#stations.set(station.station_id, station);
    for (const { station_id } of stations) this.#arrived.add(station_id);
    this.link.cursor = cursor;
    this.#scopeName = scope;
    this.#ready = true;
    this.#schedule();
  }

  #path(transport: "websocket" | "sse"): string {
    if (!("ids" in this.#scope)) return "/stations/";
    const { ids } = this.#scope;
    // An event stream can't subscribe: several stations are picked out of all.
    if (transport === "sse" && ids.length > 1) {
      this.link.cursor = null;
      this.#first = null;
      return "/stations/";
    }
    this.#first = ids.find((id) => !this.#unknown.has(id)) ?? ids[0] ?? null;
    if (this.#first !== null && !this.#arrived.has(this.#first)) this.link.cursor = null;
    return `/stations/${this.#first}/`;
  }

  #query(): Record<string, string> {
    if (!("box" in this.#scope)) return {};
    const bbox = this.#scope.box.join(",");
    return this.link.cursor !== null && this.#scopeName !== null ? { bbox, scope: this.#scopeName } : { bbox };
  }

  /** A station that is not there can't carry the socket: the next one does. */
  #forgetFirst(): boolean {
    if (!("ids" in this.#scope) || this.#first === null) return false;
    this.#drop(this.#first);
    this.#miss(this.#first);
    this.#notify();
    return this.#scope.ids.some((id) => !this.#unknown.has(id));
  }

  #apply(message: ServerMessage): void {
    switch (message.type) {
      case "connection_established":
        return this.#connected(message);
      case "inventory_snapshot":
        for (const station of message.stations) this.#hold(station);
        if (message.complete) this.#complete();
        return this.#notify();
      case "inventory_update":
        this.#hold(message);
        return this.#notify();
      case "viewing":
        this.#scopeName = message.scope;
        return this.#dropOutside();
      case "subscribed":
        return this.#subscribed(message);
      case "station_status":
        if (message.status === "removed") this.#drop(message.station_id);
        this.#notify();
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

  #connected({ recovered, scope }: Message<"connection_established">): void {
    if (scope) this.#scopeName = scope;
    if (recovered) this.#ready = true;
    if (!("ids" in this.#scope)) {
      this.#heardOf = recovered ? null : new Set();
      return;
    }
    // The greeting speaks of the first station only.
    if (!recovered) this.#arrived.clear();
    this.#subscribeTo(this.#scope.ids.filter((id) => id !== this.#first));
  }

  /** In hundreds, as many as one socket may follow; a station without state must not skip its snapshot. */
  #subscribeTo(ids: readonly number[]): boolean {
    const since = this.link.cursor;
    const channels = ids.map((id) => {
      const channel = channelOf(id);
      return since !== null && this.#arrived.has(id) ? { channel, since } : { channel };
    });
    // A client's frame may have 4 KiB: thirty channels with a cursor each.
    let sent = true;
    for (let from = 0; from < channels.length; from += 30) {
      sent &&= this.link.send({ type: "subscribe", channels: channels.slice(from, from + 30) });
    }
    return sent;
  }

  #subscribed({ channels }: Message<"subscribed">): void {
    for (const outcome of channels) {
      const { channel } = outcome;
      const id = Number(channel.slice("station_".length));
      if ("error" in outcome && outcome.error) {
        this.#drop(id);
        if (outcome.error === "unknown_channel") this.#miss(id);
      } else this.#unknown.delete(id);
    }
    this.#judgeReady();
    this.#notify();
  }

  /** Takes a state unless it is older than the one held, or not (any more) one of ours. */
  #hold(state: Station): void {
    const { station_id: id } = state;
    this.#heardOf?.add(id);
    if (!this.#covers(state)) return this.#drop(id);
    this.#arrived.add(id);
    const held = this.#stations.get(id);
    if (held && held.revision >= state.revision) return;
    this.#stations.set(id, stationOf(state));
    this.#changed.add(id);
  }

  #covers({ station_id, longitude, latitude }: Station): boolean {
    if ("ids" in this.#scope) return this.#scope.ids.includes(station_id);
    if (!("box" in this.#scope)) return true;
    const [west, south, east, north] = this.#scope.box;
    const inside = west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
    return inside && latitude >= south && latitude <= north;
  }

  #drop(id: number): void {
    this.#arrived.delete(id);
    if (this.#stations.delete(id)) this.#changed.add(id);
  }

  #miss(id: number): void {
    if (this.#unknown.has(id)) return;
    this.#unknown.add(id);
    this.#changed.add(id);
  }

  #dropOutside(): void {
    for (const station of this.#stations.values()) if (!this.#covers(station)) this.#drop(station.station_id);
    this.#notify();
  }

  #complete(): void {
    if (this.#heardOf) for (const id of this.#stations.keys()) if (!this.#heardOf.has(id)) this.#drop(id);
    this.#heardOf = null;
    // An event stream of all stations names none as unknown: what is not in it is not there.
    if ("ids" in this.#scope && this.#first === null) {
      for (const id of this.#scope.ids) if (!this.#arrived.has(id)) this.#miss(id);
    }
    this.#judgeReady();
  }

  #judgeReady(): void {
    const scope = this.#scope;
    if (this.#ready) return;
    this.#ready = !("ids" in scope) || scope.ids.every((id) => this.#arrived.has(id) || this.#unknown.has(id));
    // The listeners of an empty set hear that it is complete.
    if (this.#ready) this.#schedule();
  }

  #notify(): void {
    if (this.#changed.size > 0) this.#schedule();
  }

  #scheduled = false;

  #schedule(): void {
    this.#list = null;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#platform.beforePaint(() => {
      this.#scheduled = false;
      const changed = this.#changed;
      this.#changed = new Set();
      for (const id of changed) for (const listener of [...(this.#byId.get(id) ?? [])]) listener();
      for (const listener of [...this.#listeners]) listener(changed);
    });
  }
}

const channelOf = (id: number): string => `station_${id}`;

/** The state alone, without what belongs to the message that brought it. */
function stationOf(state: Station & { type?: unknown; id?: unknown; cursor?: unknown; action?: unknown }): Station {
  const { type: _type, id: _id, cursor: _cursor, action: _action, ...station } = state;
  return station;
}
