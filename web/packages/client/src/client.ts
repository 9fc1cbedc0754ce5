// The front door: one client for a page, its feeds shared by everything that asks for the same.

import { Http } from "./http.ts";
import type { Connection } from "./link.ts";
import { type Observable, Subject } from "./observable.ts";
import { defaultPlatform, type Platform } from "./platform.ts";
import { type Rider, RiderFeed } from "./rider.ts";
import { type Saved, type SavedStations, type Scope, StationFeed, type Stations } from "./stations.ts";
import type { TokenSource } from "./token.ts";
import type { Box } from "./types.ts";

/** Where the set of all stations is kept over a reload. */
export interface StateStore {
  load(): SavedStations | null | Promise<SavedStations | null>;
  save(state: SavedStations): void;
}

export interface ConnectOptions {
  /** Scheme, host and port of the deployment. */
  url: string;
  /** Asked whenever a token is needed; it may answer the same one while that holds. Absent: stations only. */
  token?: TokenSource;
  /** Keeps all stations and their cursor, so that a reloaded page resumes instead of fetching everything. */
  store?: StateStore;
  platform?: Partial<Platform>;
}

export interface Client {
  readonly http: Http;
  /** The least lucky of the open connections: what a banner shows. */
  readonly connection: Observable<Connection>;
  all(): Stations;
  /** A box has a socket of its own, which `moveTo` moves. */
  box(box: Box): Stations;
  /** One socket follows all stations that are asked for by id, a hundred at most. */
  ids(ids: readonly number[]): Stations;
  /** The messages of the token's user. */
  rider(): Rider;
  /** Doesn't wait for the next attempt. */
  retry(): void;
  close(): void;
}

/** What a component lets go of is asked for by the next one at once: a feed lingers this long. */
const LINGER_MS = 5_000;
/** How often what is known is handed to the store. */
const SAVE_MS = 5_000;

interface Opened {
  feed: StationFeed | RiderFeed;
  /** Runs before the feed is disposed of. */
  end?: () => void;
}

interface Shared extends Opened {
  users: number;
  cancelEnd: () => void;
}

export function connect(options: ConnectOptions): Client {
  return new SwapwireClient(options);
}

class SwapwireClient implements Client {
  readonly http: Http;
  readonly connection = new Subject<Connection>({ phase: "idle" });
  readonly #platform: Platform;
  readonly #options: ConnectOptions;
  readonly #url: string;
  readonly #feeds = new Map<string, Shared>();
  readonly #wanted = new Map<number, number>();
  #boxes = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#url = options.url.replace(/\/+$/, "");
    this.#platform = { ...defaultPlatform(), ...options.platform };
    this.http = new Http(this.#platform, this.#url, options.token ?? null);
  }

  all(): Stations {
    const { feed, release } = this.#use("all", () => this.#openAll());
    return stationsOf(feed as StationFeed, release);
  }

  box(box: Box): Stations {
    const { feed, release } = this.#use(`box ${++this.#boxes}`, () => ({ feed: this.#open({ box }) }));
    return stationsOf(feed as StationFeed, release);
  }

  ids(ids: readonly number[]): Stations {
    const { feed, release } = this.#use("ids", () => ({ feed: this.#open({ ids: [] }) }));
    const stations = feed as StationFeed;
    this.#want(stations, ids, 1);
    return idsOf(stations, [...ids], () => {
      this.#want(stations, ids, -1);
      release();
    });
  }

  rider(): Rider {
    const token = this.#options.token;
    if (!token) throw new TypeError("connect() was given no token: a rider's messages need one.");
    const open = () => ({ feed: new RiderFeed(this.http, { platform: this.#platform, url: this.#url, token }) });
    const { feed, release } = this.#use("rider", open);
    const { inbox, link, events, onOrdersChanged, markRead } = feed as RiderFeed;
    return { inbox, connection: link.state, on: events.on.bind(events), onOrdersChanged, markRead, close: release };
  }

  retry(): void {
    for (const { feed } of this.#feeds.values()) feed.link.retry();
  }

  close(): void {
    for (const name of [...this.#feeds.keys()]) this.#end(name);
  }

  #open(scope: Scope, saved: Saved = null): StationFeed {
    return new StationFeed(scope, { platform: this.#platform, url: this.#url }, saved);
  }

  #openAll(): Opened {
    const { store } = this.#options;
    if (!store) return { feed: this.#open({ all: true }) };
    const feed = this.#open({ all: true }, store.load());
    const save = () => {
      const state = feed.save();
      if (state) store.save(state);
    };
    const stopListening = this.#platform.onHide(save);
    let cancel = () => {};
    const saveAgain = () => {
      cancel = this.#platform.after(SAVE_MS, () => {
        save();
        saveAgain();
      });
    };
    saveAgain();
    const end = () => {
      save();
      cancel();
      stopListening();
    };
    return { feed, end };
  }

  /** Counts how many follow each id, so that one who leaves doesn't take it from another. */
  #want(feed: StationFeed, ids: readonly number[], change: 1 | -1): void {
    for (const id of ids) {
      const count = (this.#wanted.get(id) ?? 0) + change;
      if (count > 0) this.#wanted.set(id, count);
      else this.#wanted.delete(id);
    }
    feed.follow([...this.#wanted.keys()]);
  }

  #use(name: string, open: () => Opened): { feed: StationFeed | RiderFeed; release: () => void } {
    let shared = this.#feeds.get(name);
    if (!shared) {
      shared = { ...open(), users: 0, cancelEnd: () => {} };
      this.#feeds.set(name, shared);
      shared.feed.link.state.subscribe(() => this.#judge());
      this.#judge();
    }
    const held = shared;
    held.cancelEnd();
    held.users += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      held.users -= 1;
      if (held.users === 0) held.cancelEnd = this.#platform.after(LINGER_MS, () => this.#end(name));
    };
    return { feed: held.feed, release };
  }

  #end(name: string): void {
    const shared = this.#feeds.get(name);
    this.#feeds.delete(name);
    shared?.cancelEnd();
    shared?.end?.();
    shared?.feed.dispose();
    this.#judge();
  }

  #judge(): void {
    const order: Connection["phase"][] = ["idle", "live", "stale", "connecting", "waiting", "refused"];
    const states = [...this.#feeds.values()].map(({ feed }) => feed.link.state.get());
    const worst = states.sort((one, other) => order.indexOf(other.phase) - order.indexOf(one.phase))[0];
    this.connection.set(worst ?? { phase: "idle" });
  }
}

function stationsOf(feed: StationFeed, close: () => void): Stations {
  const { get, list, ready, unknown, subscribe, subscribeTo, link, events } = feed;
  const on = events.on.bind(events);
  const moveTo = feed.moveTo.bind(feed);
  return { get, list, ready, unknown, subscribe, subscribeTo, on, connection: link.state, moveTo, close };
}

/** The part of the shared set that one asked for. */
function idsOf(feed: StationFeed, ids: readonly number[], close: () => void): Stations {
  const mine = new Set(ids);
  const whole = stationsOf(feed, close);
  return {
    ...whole,
    get: (id) => (mine.has(id) ? feed.get(id) : undefined),
    list: () => ids.flatMap((id) => feed.get(id) ?? []),
    ready: () => ids.every((id) => feed.get(id) || feed.unknown().includes(id)),
    unknown: () => feed.unknown().filter((id) => mine.has(id)),
    subscribe: (listener) =>
      feed.subscribe((changed) => {
        if (changed.size === 0 || ids.some((id) => changed.has(id))) listener(changed);
      }),
  };
}
