// One connection for all tabs. The tab that holds a Web Lock leads: it has the connection and passes every message on
// over a BroadcastChannel, numbered within its term. The others apply the same messages in the same order, so each
// has state and cursor of its own and the next leader resumes where the last one stopped. Where locks or channels are
// missing every tab has its own connection.

import { type Connection, Link, type LinkOptions } from "./link.ts";
import { Subject } from "./observable.ts";
import type { ChannelLike, LocksLike } from "./platform.ts";
import { SwapwireError } from "./problem.ts";
import type { ServerMessage } from "./types.ts";

export interface TabLinkOptions extends LinkOptions {
  /** Names what is shared, and by whom. Null: this tab has its own connection. */
  key(): string | null | Promise<string | null>;
  /** What a tab that joins begins with; null while there is no cursor. */
  save(): unknown;
  /** Takes such a state, its cursor included. */
  restore(state: unknown): void;
}

/** A follower that has heard nothing for so long asks the leader for a sign of life … */
const QUIET_MS = 15_000;
/** … and without one takes over: browsers freeze hidden tabs, some also those that hold a lock. */
const ANSWER_MS = 5_000;
/** A hidden leader's timers are slow: a follower reminds it of an attempt that is overdue. */
const OVERDUE_MS = 2_000;

type Said =
  /** A tab without a state asks for it. */
  | { ask: "state" | "alive" | "wake" | "retry" }
  | { alive: true; term: string }
  /** A term begins. A follower of the former one goes on if it has that one's message `seq`. */
  | { term: string; after: { term: string; seq: number } }
  | { term: string; seq: number; state: unknown }
  | { term: string; seq: number; message: ServerMessage }
  | { term: string; connection: Posted };

/** An error loses its class on the way. */
type Posted =
  | Exclude<Connection, { phase: "refused" }>
  | { phase: "refused"; status: number; code: string; detail: string };

export class TabLink {
  readonly state = new Subject<Connection>({ phase: "idle" });
  readonly #options: TabLinkOptions;
  readonly #link: Link;
  #channel: ChannelLike | null = null;
  #disposed = false;
  #leads = false;
  /** The term and the message in it that this tab's state stands at. */
  #term = "";
  #seq = 0;
  /** Whether the present term's messages go on from this tab's state. */
  #joined = false;
  /** Terms that are over: what is still said in them is ignored. */
  readonly #former = new Set<string>([""]);
  #stateWanted = false;
  #withdraw = () => {};
  #alarm = () => {};
  #reminder = () => {};
  readonly #stopListening: () => void;

  constructor(options: TabLinkOptions) {
    this.#options = options;
    this.#link = new Link({ ...options, onMessage: (message) => this.#passOn(message) });
    this.#link.state.subscribe(() => {
      if (!this.#leads) return;
      this.state.set(this.#link.state.get());
      this.#sayConnection();
    });
    this.#stopListening = options.platform.onWake(() => this.#leads || this.#say({ ask: "wake" }));
  }

  get cursor(): string | null {
    return this.#link.cursor;
  }

  set cursor(cursor: string | null) {
    this.#link.cursor = cursor;
  }

  /** Whether the connection is this tab's. */
  get leads(): boolean {
    return this.#leads;
  }

  start(): void {
    this.state.set({ phase: "connecting" });
    void this.#begin();
  }

  retry(): void {
    if (this.#leads) this.#link.retry();
    else this.#say({ ask: "retry" });
  }

  dispose(): void {
    this.#disposed = true;
    this.#resign();
    this.#withdraw();
    this.#alarm();
    this.#reminder();
    this.#stopListening();
    this.#link.dispose();
    this.#channel?.close();
    this.#channel = null;
    this.state.set({ phase: "idle" });
  }

  async #begin(): Promise<void> {
    const { platform, key } = this.#options;
    const { locks, openChannel } = platform;
    const name = await Promise.resolve()
      .then(() => key())
      .catch(() => null);
    if (this.#disposed) return;
    if (name === null || !locks || !openChannel) return this.#lead();
    // Tabs of another version of this library are left alone.
    const lock = `swapwire 1 ${name}`;
    this.#channel = openChannel(lock);
    this.#channel.onmessage = ({ data }) => this.#hear(data as Said);
    this.#join();
    this.#queue(locks, lock, false);
    this.#watch(() => this.#queue(locks, lock, true));
  }

  /** Waits for the lock, or takes it from a leader that does not answer. */
  #queue(locks: LocksLike, lock: string, steal: boolean): void {
    this.#withdraw();
    const controller = this.#options.platform.abort();
    let over = false;
    let release = () => {};
    this.#withdraw = () => {
      over = true;
      controller.abort();
      release();
    };
    const held = () =>
      new Promise<void>((resolve) => {
        release = resolve;
        if (over) resolve();
        else this.#lead();
      });
    locks.request(lock, steal ? { steal } : { signal: controller.signal }, held).catch(() => {
      if (over) return;
      // Stolen: this tab was frozen. Otherwise locks are forbidden here.
      if (!this.#leads) return this.#lead();
      this.#resign();
      this.#join();
      this.#signOfLife();
      this.#queue(locks, lock, false);
    });
  }

  #lead(): void {
    const after = { term: this.#term, seq: this.#seq };
    this.#former.add(this.#term);
    this.#term = this.#options.platform.uuid();
    this.#seq = 0;
    this.#leads = true;
    this.#alarm();
    this.#reminder();
    this.#say({ term: this.#term, after });
    this.#link.start();
  }

  #resign(): void {
    if (!this.#leads) return;
    this.#leads = false;
    this.#link.stop();
  }

  #passOn(message: ServerMessage): void {
    this.#options.onMessage(message);
    if (!this.#leads || !this.#channel) return;
    this.#say({ term: this.#term, seq: ++this.#seq, message });
    // The cursor is kept when this returns.
    if (this.#stateWanted) void Promise.resolve().then(() => this.#sayState());
  }

  #sayState(): void {
    if (!this.#leads) return;
    const state = this.#options.save();
    this.#stateWanted = state === null;
    if (state !== null) this.#say({ term: this.#term, seq: this.#seq, state });
  }

  #sayConnection(): void {
    const connection = this.#link.state.get();
    this.#say({ term: this.#term, connection: posted(connection) });
  }

  #hear(said: Said): void {
    if ("ask" in said) return this.#answer(said.ask);
    if (this.#leads || this.#former.has(said.term)) return;
    this.#signOfLife();
    if ("after" in said) this.#follow(said.term, said.after);
    else if ("connection" in said) this.#show(said.connection);
    else if ("state" in said) this.#restore(said);
    else if ("message" in said && this.#joined) this.#apply(said);
  }

  #answer(ask: "state" | "alive" | "wake" | "retry"): void {
    if (!this.#leads) return;
    if (ask === "retry") this.#link.retry();
    else if (ask === "wake") this.#link.wake();
    else if (ask === "alive") this.#say({ alive: true, term: this.#term });
    else {
      this.#sayConnection();
      this.#sayState();
    }
  }

  #join(): void {
    this.#joined = false;
    this.#say({ ask: "state" });
  }

  /** A new leader resumes from its own cursor: who stands there or further misses nothing. */
  #follow(term: string, after: { term: string; seq: number }): void {
    const goesOn = this.#joined && after.term === this.#term && after.seq <= this.#seq;
    this.#former.add(after.term);
    if (!goesOn) return this.#join();
    this.#former.add(this.#term);
    this.#term = term;
    this.#seq = 0;
  }

  #restore({ term, seq, state }: { term: string; seq: number; state: unknown }): void {
    if (this.#joined) return;
    if (term !== this.#term) this.#former.add(this.#term);
    this.#term = term;
    this.#seq = seq;
    this.#joined = true;
    this.#options.restore(state);
  }

  #apply({ term, seq, message }: { term: string; seq: number; message: ServerMessage }): void {
    if (term !== this.#term || seq > this.#seq + 1) return this.#join();
    if (seq <= this.#seq) return;
    this.#seq = seq;
    try {
      this.#link.take(message);
    } catch (error) {
      this.#join();
      void Promise.reject(error);
    }
  }

  #show(connection: Posted): void {
    const { platform } = this.#options;
    this.state.set(received(connection));
    this.#reminder();
    if (connection.phase !== "waiting") return;
    const overdue = connection.retryAt - platform.now() + OVERDUE_MS;
    this.#reminder = platform.after(Math.max(0, overdue), () => this.#say({ ask: "wake" }));
  }

  #signOfLife = () => {};

  /** Watches over the leader while this tab follows. */
  #watch(takeOver: () => void): void {
    const { platform } = this.#options;
    this.#signOfLife = () => {
      this.#alarm();
      this.#alarm = platform.after(QUIET_MS, () => {
        this.#say({ ask: "alive" });
        this.#alarm = platform.after(ANSWER_MS, takeOver);
      });
    };
    if (!this.#leads) this.#signOfLife();
  }

  #say(said: Said): void {
    this.#channel?.postMessage(said);
  }
}

function posted(connection: Connection): Posted {
  if (connection.phase !== "refused") return connection;
  const { status, code, message } = connection.error;
  return { phase: "refused", status, code, detail: message };
}

function received(connection: Posted): Connection {
  return connection.phase === "refused" ? { phase: "refused", error: new SwapwireError(connection) } : connection;
}
