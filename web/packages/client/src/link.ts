// One connection that comes back by itself, with its cursor. It knows nothing of stations or riders.
// Phases: idle → connecting → live ⇄ stale → waiting → connecting …, or refused until `retry()`.

import { backoff, hintOf } from "./backoff.ts";
import { Subject } from "./observable.ts";
import type { Platform } from "./platform.ts";
import type { SwapwireError } from "./problem.ts";
import { renewAfter, type TokenSource } from "./token.ts";
import { askWhy, type End, openEventStream, openWebSocket, type Transport } from "./transport.ts";
import type { ServerMessage } from "./types.ts";

export type Connection =
  /** Nothing is followed. */
  | { phase: "idle" }
  | { phase: "connecting" }
  | { phase: "live"; transport: Transport["name"]; roundTripMs: number | null }
  /** Connected, but the gateway itself hears nothing new since then. */
  | { phase: "stale"; since: string }
  /** The connection is lost; the next attempt begins at `retryAt` (milliseconds since 1970). */
  | { phase: "waiting"; retryAt: number }
  /** Trying again would not help: a token that is not accepted, a foreign origin, an unknown station. */
  | { phase: "refused"; error: SwapwireError };

export interface LinkOptions {
  platform: Platform;
  /** Scheme, host and port, without a slash at the end. */
  url: string;
  /** Null for channels that anyone may follow. */
  token: TokenSource | null;
  /** Below `/ws` and `/sse`, such as `/stations/5/`; asked before each attempt. */
  path(transport: Transport["name"]): string;
  query(): Record<string, string>;
  /** Must have taken effect when it returns: the message's cursor is kept afterwards. */
  onMessage(message: ServerMessage): void;
  /** Before `refused`: true if another path is to be tried at once. */
  onRefused?(error: SwapwireError): boolean;
}

const HANDSHAKE_MS = 10_000;
const PING_MS = 20_000;
/** Without a frame this long after a ping the link is dead, whatever TCP thinks. */
const PONG_MS = 10_000;
/** An event stream can't ask; the gateway writes something every 25 s. */
const SILENCE_MS = 60_000;
/** After being live this long the next loss starts the backoff anew. */
const STEADY_MS = 10_000;
/** A WebSocket blocked by a proxy is tried again after this long on event streams. */
const BLOCKED_MS = 600_000;

const TOKEN_EXPIRED = 4401;
const TOO_FAST = 4429;
const TOO_FAST_MS = 5_000;

export class Link {
  readonly state = new Subject<Connection>({ phase: "idle" });
  /** Where to come back to. Null: nothing is known yet, or it can't be resumed. */
  cursor: string | null = null;
  readonly #options: LinkOptions;
  #transport: Transport | null = null;
  /** Raised by everything that makes answers to older questions worthless. */
  #attempt = 0;
  #failures = 0;
  #tokenRefusals = 0;
  #blocked = 0;
  #blockedUntil = 0;
  #liveSince: number | null = null;
  #pingSent = 0;
  readonly #timers = new Map<"handshake" | "ping" | "silence" | "retry" | "renew", () => void>();
  readonly #stopListening: () => void;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#stopListening = options.platform.onWake(() => this.#wake());
  }

  start(): void {
    this.#failures = 0;
    this.#tokenRefusals = 0;
    void this.#connect();
  }

  /** Ends it; a later `start()` comes back with the cursor. */
  stop(): void {
    this.#abandon();
    this.state.set({ phase: "idle" });
  }

  dispose(): void {
    this.stop();
    this.#stopListening();
  }

  /** Doesn't wait any longer, and asks again where it was refused. */
  retry(): void {
    const { phase } = this.state.get();
    if (phase === "waiting" || phase === "refused") this.start();
  }

  /** Connects anew with the cursor, for what only a new request can change. */
  restart(): void {
    if (this.state.get().phase !== "idle") void this.#connect();
  }

  /** False when there is no WebSocket to say it on. */
  send(message: object): boolean {
    const { phase } = this.state.get();
    if (this.#transport?.name !== "websocket" || (phase !== "live" && phase !== "stale")) return false;
    this.#transport.send(message);
    return true;
  }

  async #connect(): Promise<void> {
    const attempt = this.#abandon();
    const { platform, token: source } = this.#options;
    this.state.set({ phase: "connecting" });
    let token: string | null = null;
    try {
      token = source && (await source());
    } catch {
      if (attempt === this.#attempt) this.#wait(null);
      return;
    }
    if (attempt !== this.#attempt) return;
    const open = !platform.openSocket || platform.now() < this.#blockedUntil ? openEventStream : openWebSocket;
    const heard = {
      onMessage: (message: ServerMessage) => this.#receive(message, token),
      onAlive: () => this.#alive(),
      onEnd: (end: End) => void this.#ended(end, token),
    };
    this.#after("handshake", HANDSHAKE_MS, () => this.#wait(null));
    try {
      this.#transport = open(platform, this.#address(open === openWebSocket ? "websocket" : "sse"), token, heard);
    } catch {
      this.#wait(null);
    }
  }

  #address(transport: Transport["name"], path = this.#options.path(transport)): string {
    const { url, query } = this.#options;
    const base = transport === "sse" ? `${url}/sse` : `${url.replace(/^http/, "ws")}/ws`;
    const pairs = Object.entries({ ...query(), ...(this.cursor === null ? {} : { since: this.cursor }) });
    const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    return `${base}${path}${search && `?${search}`}`;
  }

  #receive(message: ServerMessage, token: string | null): void {
    if (message.type === "connection_established") this.#established(message.recovered, token);
    else if (message.type === "feed") this.#heardOfFeed(message.stale_since ?? null);
    else if (message.type === "pong") {
      this.#live(this.#options.platform.now() - this.#pingSent);
      return;
    }
    // A moved box has no place to come back to until its snapshot is complete.
    if (message.type === "viewing") this.cursor = null;
    const attempt = this.#attempt;
    this.#options.onMessage(message);
    if (attempt !== this.#attempt) return;
    // Kept only after the message took effect: what was not applied is asked for again. The greeting of a resumed
    // connection is ahead of the messages that follow it.
    const ahead = message.type === "connection_established" && message.recovered;
    if (!ahead && "cursor" in message && typeof message.cursor === "string") this.cursor = message.cursor;
  }

  #established(recovered: boolean, token: string | null): void {
    if (!recovered) this.cursor = null;
    this.#cancel("handshake");
    this.#liveSince = this.#options.platform.now();
    this.#tokenRefusals = 0;
    this.#blocked = 0;
    this.#live(null);
    if (this.#transport?.name === "websocket") this.#after("ping", PING_MS, () => this.#ping());
    else this.#alive();
    const renew = token && renewAfter(token, this.#options.platform.now());
    if (renew) this.#after("renew", renew, () => void this.#renew());
  }

  #live(roundTripMs: number | null): void {
    if (this.#transport && this.state.get().phase !== "stale") {
      this.state.set({ phase: "live", transport: this.#transport.name, roundTripMs });
    }
  }

  #heardOfFeed(since: string | null): void {
    if (since !== null) this.state.set({ phase: "stale", since });
    else if (this.#transport) this.state.set({ phase: "live", transport: this.#transport.name, roundTripMs: null });
  }

  #ping(): void {
    this.#pingSent = this.#options.platform.now();
    this.send({ type: "ping", timestamp: this.#pingSent });
    this.#after("silence", PONG_MS, () => this.#wait(null));
    this.#after("ping", PING_MS, () => this.#ping());
  }

  #alive(): void {
    if (this.#transport?.name === "sse") this.#after("silence", SILENCE_MS, () => this.#wait(null));
    else this.#cancel("silence");
  }

  /** Renews the token in place; an event stream has to come back with the new one. */
  async #renew(): Promise<void> {
    const attempt = this.#attempt;
    const token = await Promise.resolve(this.#options.token?.()).catch(() => null);
    if (attempt !== this.#attempt || !token) return;
    if (!this.send({ type: "authenticate", token })) return this.restart();
    const renew = renewAfter(token, this.#options.platform.now());
    if (renew) this.#after("renew", renew, () => void this.#renew());
  }

  async #ended(end: End, token: string | null): Promise<void> {
    if (end.how === "refused") return this.#judge(end.error);
    if (end.how === "closed") {
      if (end.code === TOKEN_EXPIRED && this.#tokenRefusals++ === 0) return this.#connect();
      const first = end.code === TOO_FAST ? TOO_FAST_MS : undefined;
      return this.#wait(hintOf(end.reason), first);
    }
    // The upgrade failed. The event stream's path says why; if it says yes, only WebSockets are blocked.
    const attempt = this.#abandon();
    const address = this.#address("sse", this.#options.path("websocket"));
    const why = await askWhy(this.#options.platform, address, token);
    if (attempt !== this.#attempt) return;
    if (why) return this.#judge(why);
    if (++this.#blocked >= 2) this.#blockedUntil = this.#options.platform.now() + BLOCKED_MS;
    this.#wait(null);
  }

  #judge(error: SwapwireError): void {
    if (error.status === 401 && this.#options.token && this.#tokenRefusals++ === 0) return void this.#connect();
    if (error.status === 0 || error.status === 429 || error.status >= 500) return this.#wait(error.retryAfterMs);
    this.#abandon();
    if (this.#options.onRefused?.(error)) return void this.#connect();
    this.state.set({ phase: "refused", error });
  }

  #wait(hintMs: number | null, firstMs?: number): void {
    const { platform } = this.#options;
    const now = platform.now();
    this.#abandon();
    if (this.#liveSince !== null && now - this.#liveSince > STEADY_MS) this.#failures = 0;
    this.#liveSince = null;
    const delay = hintMs ?? backoff(this.#failures, platform.random(), firstMs);
    this.#failures += 1;
    this.#after("retry", delay, () => void this.#connect());
    this.state.set({ phase: "waiting", retryAt: now + delay });
  }

  /** The device was asleep or offline: what waits tries at once, what seems live is asked. */
  #wake(): void {
    if (this.state.get().phase === "waiting") void this.#connect();
    else if (this.#timers.has("ping")) this.#ping();
  }

  /** Lets go of the connection. Whatever it still says is not heard. */
  #abandon(): number {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#transport?.close();
    this.#transport = null;
    return ++this.#attempt;
  }

  #after(name: "handshake" | "ping" | "silence" | "retry" | "renew", ms: number, call: () => void): void {
    this.#cancel(name);
    this.#timers.set(name, this.#options.platform.after(ms, call));
  }

  #cancel(name: "handshake" | "ping" | "silence" | "retry" | "renew"): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}
