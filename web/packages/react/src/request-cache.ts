// Answers of requests by key: asked for once by however many components, shown while they are asked for again.

import type { SwapwireError } from "@swapwire/client";
import { Subject } from "@swapwire/client";
import { errorOf } from "./error.ts";
import { perClient } from "./per-client.ts";

export interface RequestState {
  readonly data: unknown;
  readonly error: SwapwireError | null;
  readonly loading: boolean;
}

export const notAsked: RequestState = { data: undefined, error: null, loading: true };

/** What nobody shows is kept this long for whoever comes back. */
const KEEP_MS = 300_000;

class Entry {
  readonly state = new Subject<RequestState>(notAsked);
  load: (() => Promise<unknown>) | null = null;
  users = 0;
  asked = 0;
  answered = 0;
  answeredAt = Number.NEGATIVE_INFINITY;
  running: Promise<void> | null = null;
  dropping: ReturnType<typeof setTimeout> | undefined;
}

export class RequestCache {
  readonly #entries = new Map<string, Entry>();

  read(key: string): RequestState {
    return this.#entries.get(key)?.state.get() ?? notAsked;
  }

  subscribe(key: string, listener: () => void): () => void {
    const entry = this.#entry(key);
    const stop = entry.state.subscribe(listener);
    entry.users += 1;
    clearTimeout(entry.dropping);
    return () => {
      stop();
      entry.users -= 1;
      if (entry.users === 0) entry.dropping = setTimeout(() => this.#entries.delete(key), KEEP_MS);
    };
  }

  /** Asks unless that is under way or the answer is younger than this. */
  want(key: string, load: () => Promise<unknown>, freshMs: number): void {
    const entry = this.#entry(key);
    entry.load = load;
    if (!entry.running && Date.now() - entry.answeredAt >= freshMs) void this.#ask(entry);
  }

  /** Asks again for all keys that begin so and are shown; the others are asked when they are shown again. */
  async refresh(prefix: string): Promise<void> {
    const stale = [...this.#entries].filter(([key]) => key.startsWith(prefix)).map(([, entry]) => entry);
    for (const entry of stale) entry.answeredAt = Number.NEGATIVE_INFINITY;
    await Promise.all(stale.filter(({ users }) => users > 0).map((entry) => this.#ask(entry)));
  }

  /** Shows this instead, as after a change whose answer says the same; answers to older questions are not heard. */
  set(key: string, data: unknown): void {
    const entry = this.#entry(key);
    entry.answered = ++entry.asked;
    entry.answeredAt = Date.now();
    entry.state.set({ data, error: null, loading: false });
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? new Entry();
    this.#entries.set(key, entry);
    return entry;
  }

  /** Of several answers the one to the newest question stays. */
  #ask(entry: Entry): Promise<void> {
    const { load, state } = entry;
    if (!load) return Promise.resolve();
    const question = ++entry.asked;
    state.set({ ...state.get(), loading: true });
    const answer = (error: SwapwireError | null, data?: unknown) => {
      if (question < entry.answered) return;
      entry.answered = question;
      if (!error) entry.answeredAt = Date.now();
      const loading = question < entry.asked;
      state.set({ data: error ? state.get().data : data, error, loading });
    };
    const running = Promise.resolve()
      .then(load)
      .then((data) => answer(null, data))
      .catch((cause) => answer(errorOf(cause)))
      .finally(() => {
        if (entry.running === running) entry.running = null;
      });
    entry.running = running;
    return running;
  }
}

export const requestsOf = perClient(() => new RequestCache());
