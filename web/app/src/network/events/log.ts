// The latest events, newest first: at most a thousand, handed on with a frame, at most ten times a second however many
// pass. Nobody reads faster, and painting the list at each frame would take half of the page's time.

import type { StationEvent } from "@swapwire/client";

export interface Passed {
  /** Counts up: after a fault the same event may pass twice. */
  readonly number: number;
  /** When it arrived here, in milliseconds since 1970. */
  readonly at: number;
  readonly event: StationEvent;
}

export interface Shown {
  readonly events: readonly Passed[];
  /** How many have fitted the filter since the beginning. */
  readonly passed: number;
}

export type Fits = (event: StationEvent) => boolean;

export const MOST = 1_000;
/** The rate is the mean over so many whole seconds. */
const RATE_S = 10;

export interface Frame {
  now(): number;
  /** Calls back before the next paint; the answer stops it. */
  request(callback: () => void): () => void;
}

const SHOWN_EVERY_MS = 100;

/** An event after a quiet moment shows with the next frame. */
function frames(): Frame {
  let shownAt = 0;
  const request = (callback: () => void) => {
    let handle = 0;
    const timer = setTimeout(
      () => {
        handle = requestAnimationFrame((at) => {
          shownAt = at;
          callback();
        });
      },
      Math.max(0, shownAt + SHOWN_EVERY_MS - performance.now()),
    );
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(handle);
    };
  };
  return { now: Date.now, request };
}

export class EventLog {
  readonly #frame: Frame;
  readonly #listeners = new Set<() => void>();
  /** Events of each of the last seconds, by the second. */
  readonly #seconds = new Map<number, number>();
  #fits: Fits = () => true;
  #shown: Shown = { events: [], passed: 0 };
  #pending: Passed[] = [];
  #passed = 0;
  #number = 0;
  #cancel: (() => void) | null = null;

  constructor(frame: Frame = frames()) {
    this.#frame = frame;
  }

  get = (): Shown => this.#shown;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  push = (event: StationEvent): void => {
    const at = this.#frame.now();
    this.#countSecond(Math.floor(at / 1000));
    if (!this.#fits(event)) return;
    this.#passed += 1;
    this.#number += 1;
    this.#pending.push({ number: this.#number, at, event });
    // A page that is not looked at gets no frames.
    if (this.#pending.length > 2 * MOST) this.#pending = this.#pending.slice(-MOST);
    this.#cancel ??= this.#frame.request(() => this.#show());
  };

  /** Keeps only what fits, from now on: a rare event would otherwise be pushed out by the many others. */
  filter(fits: Fits): void {
    this.#fits = fits;
    this.#pending = this.#pending.filter(({ event }) => fits(event));
    this.#set(this.#shown.events.filter(({ event }) => fits(event)));
  }

  clear(): void {
    this.#pending = [];
    this.#set([]);
  }

  /** Events per second, whatever the filter. */
  rate(): number {
    const second = Math.floor(this.#frame.now() / 1000);
    let sum = 0;
    for (let back = 1; back <= RATE_S; back += 1) sum += this.#seconds.get(second - back) ?? 0;
    return sum / RATE_S;
  }

  dispose(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #countSecond(second: number): void {
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
    for (const known of this.#seconds.keys()) if (known < second - RATE_S) this.#seconds.delete(known);
  }

  #show(): void {
    this.#cancel = null;
    const newest = this.#pending.reverse();
    this.#pending = [];
    this.#set([...newest, ...this.#shown.events].slice(0, MOST));
  }

  #set(events: readonly Passed[]): void {
    this.#shown = { events, passed: this.#passed };
    for (const listener of [...this.#listeners]) listener();
  }
}
