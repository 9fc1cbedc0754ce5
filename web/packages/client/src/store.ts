// Keeps all stations and their cursor in the browser (IndexedDB), so that a reloaded page shows them at once and
// resumes instead of fetching everything. State and cursor are one record: both are written, or neither.

import type { SavedStations } from "./stations.ts";

/** Where the set of all stations is kept over a reload. Neither may throw for want of space. */
export interface StateStore {
  load(): SavedStations | null | Promise<SavedStations | null>;
  save(state: SavedStations): void;
}

export interface BrowserStoreOptions {
  /** A larger network is not kept: to write it would take longer than to fetch it. */
  mostStations?: number;
  /** An older state is not shown. */
  maxAgeMs?: number;
}

/** What is kept. Another version is no state of ours. */
interface Kept {
  version: 1;
  savedAt: number;
  state: SavedStations;
}

const TABLE = "stations";
const DAY_MS = 86_400_000;

interface RequestLike<Result> {
  result: Result;
  error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface TableLike {
  get(key: string): RequestLike<unknown>;
  put(value: unknown, key: string): RequestLike<unknown>;
  delete(key: string): RequestLike<unknown>;
}
interface DatabaseLike {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: "readonly" | "readwrite"): { objectStore(name: string): TableLike };
  onversionchange: (() => void) | null;
  close(): void;
}
export interface IndexedDbLike {
  open(name: string, version: number): RequestLike<DatabaseLike> & { onupgradeneeded: (() => void) | null };
}

/** A store under this name; one that keeps nothing where there is no IndexedDB, or no permission for it. */
export function browserStore(name: string, options: BrowserStoreOptions = {}): StateStore {
  const { mostStations = 20_000, maxAgeMs = DAY_MS } = options;
  const { indexedDB } = globalThis as unknown as { indexedDB?: IndexedDbLike };
  let opened: Promise<DatabaseLike> | null = null;
  const table = async (mode: "readonly" | "readwrite") => {
    if (!indexedDB) throw new TypeError("There is no IndexedDB.");
    opened ??= open(indexedDB, name);
    return (await opened).transaction(TABLE, mode).objectStore(TABLE);
  };
  /** What fails is as if nothing had been kept. The next one opens the database anew. */
  const attempt = <Result>(act: () => Promise<Result>): Promise<Result | null> =>
    act().catch(() => {
      opened = null;
      return null;
    });
  return {
    load: () =>
      attempt(async () => {
        const kept = (await done((await table("readonly")).get(name))) as Kept | undefined;
        const holds = kept?.version === 1 && Date.now() - kept.savedAt <= maxAgeMs;
        return holds ? kept.state : null;
      }),
    save: (state) => {
      const kept: Kept = { version: 1, savedAt: Date.now(), state };
      const fits = state.stations.length <= mostStations;
      void attempt(async () => {
        const target = await table("readwrite");
        // What no longer fits is removed: an old state must not outlive it.
        await done(fits ? target.put(kept, name) : target.delete(name));
      });
    },
  };
}

async function open(indexedDB: IndexedDbLike, name: string): Promise<DatabaseLike> {
  const request = indexedDB.open(`swapwire ${name}`, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  const database = await done(request);
  database.onversionchange = () => database.close();
  return database;
}

function done<Result>(request: RequestLike<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
