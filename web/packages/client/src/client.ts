// The front door: one client for a page, its feeds shared by everything that asks for the same.

import { AllFeed } from "./all.ts";
import { BoxFeed } from "./box.ts";
import { Http } from "./http.ts";
import { IdsFeed } from "./ids.ts";
import type { Connection } from "./link.ts";
import { type Observable, Subject } from "./observable.ts";
import { defaultPlatform, type Platform } from "./platform.ts";
import { type Rider, RiderFeed } from "./rider.ts";
import type { StationFeed, Stations } from "./stations.ts";
import type { StateStore } from "./store.ts";
import type { TokenSource } from "./token.ts";
import type { Box, Station, StationEvent } from "./types.ts";

export interface ConnectOptions {
  /** Scheme, host and port of the deployment. */
  url: string;
  /** Asked whenever a token is needed; it may answer the same one while that holds. Absent: stations only. */
  token?: TokenSource;
  /** Keeps all stations and their cursor, so that a reloaded page resumes instead of fetching everything. */
  store?: StateStore;
  /** One connection for all tabs, for `all()` and `rider()`, where the browser can. Default: true. */
  shareTabs?: boolean;
  platform?: Partial<Platform>;
}

export interface Client {
  readonly http: Http;
  /** The worst state among the open connections, for a banner. */
  readonly connection: Observable<Connection>;
  all(): Stations;
  /** A box has a socket of its own, which `moveTo` moves. */
  box(box: Box): Stations;
  /** One socket follows all stations that are asked for by id. */
  ids(ids: readonly number[]): Stations;
  /** The messages of the token's user. */
  rider(): Rider;
  /** Doesn't wait for the next attempt. */
  retry(): void;
  close(): void;
}

/** A feed without users stays open this long: the next screen often asks for the same. */
const LINGER_MS = 5_000;
/** How often all stations are handed to the store, if they have changed. */
const SAVE_MS = 15_000;

type Feed = StationFeed | RiderFeed;

interface Opened<Kind extends Feed> {
  feed: Kind;
  /** Runs before the feed is disposed of. */
  end?: () => void;
}

interface Shared extends Opened<Feed> {
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
  readonly #shared: { platform: Platform; url: string; share: boolean };
  readonly #feeds = new Map<string, Shared>();
  readonly #wanted = new Map<number, number>();
  #boxes = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    const url = options.url.replace(/\/+$/, "");
    this.#platform = { ...defaultPlatform(), ...options.platform };
    this.#shared = { platform: this.#platform, url, share: options.shareTabs ?? true };
    this.http = new Http(this.#platform, url, options.token ?? null);
  }

  all(): Stations {
    const { feed, release } = this.#use("all", () => this.#openAll());
    return stationsOf(feed, release);
  }

  box(box: Box): Stations {
    const { feed, release } = this.#use(`box ${++this.#boxes}`, () => ({ feed: new BoxFeed(box, this.#shared) }));
    return stationsOf(feed, release);
  }

  ids(ids: readonly number[]): Stations {
    const { feed, release } = this.#use("ids", () => ({ feed: new IdsFeed(this.#shared) }));
    this.#want(feed, ids, 1);
    return idsOf(feed, [...ids], () => {
      this.#want(feed, ids, -1);
      release();
    });
  }

  rider(): Rider {
    const { token } = this.#options;
    if (!token) throw new TypeError("connect() was given no token: a rider's messages need one.");
    const open = () => ({ feed: new RiderFeed(this.http, { ...this.#shared, token }) });
    const { feed, release } = this.#use("rider", open);
    const { inbox, link, events, onOrdersChanged, markRead } = feed;
    return { inbox, connection: link.state, on: events.on.bind(events), onOrdersChanged, markRead, close: release };
  }

  retry(): void {
    for (const { feed } of this.#feeds.values()) feed.link.retry();
  }

  close(): void {
    for (const name of [...this.#feeds.keys()]) this.#end(name);
    this.#wanted.clear();
  }

  #openAll(): Opened<AllFeed> {
    const { store } = this.#options;
    const feed = new AllFeed(this.#shared, store?.load() ?? null);
    if (!store) return { feed };
    let saved: string | null = null;
    const save = () => {
      // Of several tabs one is enough.
      const state = feed.link.leads && feed.link.cursor !== saved ? feed.save() : null;
      if (!state) return;
      saved = state.cursor;
      store.save(state);
    };
    // The first complete state at once: a page that is left within seconds has kept something, too.
    const stopWaiting = feed.set.subscribe(() => {
      if (!feed.ready()) return;
      save();
      if (saved !== null) stopWaiting();
    });
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
      stopWaiting();
      stopListening();
    };
    return { feed, end };
  }

  /** Counts how many follow each id, so that one who leaves doesn't take it from another. */
  #want(feed: IdsFeed, ids: readonly number[], change: 1 | -1): void {
    for (const id of ids) {
      const count = (this.#wanted.get(id) ?? 0) + change;
      if (count > 0) this.#wanted.set(id, count);
      else this.#wanted.delete(id);
    }
    feed.follow(this.#wanted.keys());
  }

  /** A name stands for one kind of feed. */
  #use<Kind extends Feed>(name: string, open: () => Opened<Kind>): { feed: Kind; release: () => void } {
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
      if (held.users > 0 || this.#feeds.get(name) !== held) return;
      held.cancelEnd = this.#platform.after(LINGER_MS, () => this.#end(name));
    };
    return { feed: held.feed as Kind, release };
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
  const { ready, unknown, link, events } = feed;
  const { get, list, subscribe, subscribeTo } = feed.set;
  const on = events.on.bind(events);
  const moveTo = feed.moveTo.bind(feed);
  return { get, list, ready, unknown, subscribe, subscribeTo, on, connection: link.state, moveTo, close };
}

/** The part of the shared set that one asked for. */
function idsOf(feed: IdsFeed, ids: readonly number[], close: () => void): Stations {
  const mine = new Set(ids);
  const get = (id: number) => (mine.has(id) ? feed.set.get(id) : undefined);
  let list: readonly Station[] = [];
  let whole: readonly Station[] | null = null;
  let closed = false;
  return {
    ...stationsOf(feed, close),
    get,
    list: () => {
      if (whole === feed.set.list()) return list;
      whole = feed.set.list();
      const now = ids.flatMap((id) => get(id) ?? []);
      const same = now.length === list.length && now.every((station, index) => station === list[index]);
      if (!same) list = now;
      return list;
    },
    ready: () => ids.every((id) => feed.set.get(id) || feed.isUnknown(id)),
    unknown: () => ids.filter((id) => feed.isUnknown(id)),
    subscribe: (listener) =>
      feed.set.subscribe((changed) => {
        if (changed.size === 0 || ids.some((id) => changed.has(id))) listener(changed);
      }),
    on: (type, listener) => {
      const concerns = (event: StationEvent) => !("station_id" in event) || mine.has(event.station_id);
      return feed.events.on(type, (event) => concerns(event) && listener(event));
    },
    close: () => {
      if (!closed) close();
      closed = true;
    },
  };
}
