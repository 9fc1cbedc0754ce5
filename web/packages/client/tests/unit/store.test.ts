// The browser's store: one record with state and cursor, and nothing thrown.

import { afterEach, expect, test, vi } from "vitest";
import { browserStore } from "../../src/index.ts";
import { settled, station } from "./platform.ts";

const state = (count: number, cursor = "c1") => ({
  cursor,
  stations: Array.from({ length: count }, (_, id) => station(id, 1) as never),
});

/** IndexedDB as far as the store uses it. `fails` makes every request fail, as for want of space. */
function fakeDatabase() {
  const kept = new Map<string, unknown>();
  const database = { kept, fails: false };
  const request = <Result>(act: () => Result) => {
    const made = {
      result: undefined as Result | undefined,
      error: null as unknown,
      onsuccess: null as (() => void) | null,
      onerror: null as (() => void) | null,
      onupgradeneeded: null as (() => void) | null,
    };
    queueMicrotask(() => {
      if (database.fails) {
        made.error = new Error("QuotaExceededError");
        made.onerror?.();
        return;
      }
      made.result = act();
      made.onupgradeneeded?.();
      made.onsuccess?.();
    });
    return made;
  };
  const table = {
    get: (key: string) => request(() => structuredClone(kept.get(key))),
    put: (value: unknown, key: string) => {
      const copy = structuredClone(value);
      return request(() => kept.set(key, copy));
    },
    delete: (key: string) => request(() => kept.delete(key)),
  };
  const opened = { createObjectStore: () => {}, transaction: () => ({ objectStore: () => table }), close: () => {} };
  vi.stubGlobal("indexedDB", { open: () => request(() => opened) });
  return database;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("what was saved last is loaded, by its name", async () => {
  fakeDatabase();
  const store = browserStore("here");
  expect(await store.load()).toBeNull();
  store.save(state(2, "c1"));
  store.save(state(3, "c2"));
  await settled();
  expect(await browserStore("here").load()).toEqual(state(3, "c2"));
  expect(await browserStore("there").load()).toBeNull();
});

test("a state that is too old or of another version is none", async () => {
  const { kept } = fakeDatabase();
  vi.useFakeTimers({ toFake: ["Date"] });
  const store = browserStore("here", { maxAgeMs: 1_000 });
  store.save(state(1));
  await settled();
  vi.advanceTimersByTime(1_000);
  expect(await store.load()).not.toBeNull();
  vi.advanceTimersByTime(1);
  expect(await store.load()).toBeNull();
  kept.set("here", { version: 2, savedAt: Date.now(), state: state(1) });
  expect(await store.load()).toBeNull();
});

test("a network that is too large is not kept, and what was kept of it before is removed", async () => {
  fakeDatabase();
  const store = browserStore("here", { mostStations: 2 });
  store.save(state(2));
  store.save(state(3));
  await settled();
  expect(await store.load()).toBeNull();
});

test("no space, no permission and no IndexedDB are as if nothing had been kept", async () => {
  const database = fakeDatabase();
  const store = browserStore("here");
  database.fails = true;
  store.save(state(1));
  await settled();
  expect(await store.load()).toBeNull();
  database.fails = false;
  store.save(state(1));
  await settled();
  expect(await store.load()).toEqual(state(1));
  vi.stubGlobal("indexedDB", undefined);
  const none = browserStore("here");
  none.save(state(1));
  expect(await none.load()).toBeNull();
});
