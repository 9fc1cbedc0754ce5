// One connection that comes back by itself, with its cursor. It knows nothing of stations or riders.
// Phases: idle → connecting → live ⇄ stale → waiting → connecting …, or refused until `retry()`.

import { backoff } from "./backoff.ts";
import { Subject } from "./observable.ts";
import type { Platform } from "./platform.ts";
import type { SwapwireError } from "./problem.ts";
import { renewAfter, type TokenSource } from "./token.ts";
import { askWhy, type End, openEventStream, openWebSocket, type Transport } from "./transport.ts";
import type { Message, ServerMessage } from "./types.ts";

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

/** Token, address and greeting must have come by then. */
const HANDSHAKE_MS = 10_000;
const PING_MS = 20_000;
/** Without a frame this long after a ping the link is dead, whatever TCP says. */
const PONG_MS = 10_000;
/** An event stream can't ask. The gateway writes something every heartbeat: two may be late. */
const SILENT_HEARTBEATS = 2.4;
/** After being live this long the next loss starts the backoff anew. */
const STEADY_MS = 10_000;
/** A WebSocket blocked by a proxy is tried again after this long on event streams. */
const BLOCKED_MS = 600_000;

const TOKEN_EXPIRED = 4401;
const TOO_FAST = 4429;
const TOO_FAST_MS = 5_000;

type Timer = "handshake" | "ping" | "silence" | "retry" | "renew";

export class Link {
  readonly state = new Subject<Connection>({ phase: "idle" });
  /** Where to resume. Null: nothing is known yet, or it can't be resumed. */
  cursor: string | null = null;
  readonly #options: LinkOptions;
  #transport: Transport | null = null;
  /** What this attempt was made with. */
  #path = "";
  #token: string | null = null;
  /** Counts attempts: what an earlier one still says is ignored. */
  #attempt = 0;
  #failures = 0;
  /** The token that was refused last. */
  #refused: string | undefined;
  /** How often a token was refused since the connection was steady. */
  #tokenRefusals = 0;
  #blocked = 0;
  #blockedUntil = 0;
  #liveSince: number | null = null;
  #silenceMs = 0;
  #pingSent = 0;
  readonly #timers = new Map<Timer, () => void>();
  readonly #stopListening: () => void;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#stopListening = options.platform.onWake(() => this.wake());
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

  /** Connects anew with the cursor, for what only a new request can change. While waiting the next attempt does it. */
  restart(): void {
    const { phase } = this.state.get();
    if (phase !== "idle" && phase !== "waiting") void this.#connect();
  }

  /** Connects anew after a wait: the server can't serve this connection as it should. */
  giveUp(): void {
    this.#wait(null);
  }

  /** False when there is no WebSocket to say it on. */
  send(message: object): boolean {
    const { phase } = this.state.get();
    if (this.#transport?.name !== "websocket" || (phase !== "live" && phase !== "stale")) return false;
    this.#transport.send(message);
    return true;
  }

  /** Applies a message and keeps its cursor. */
  take(message: ServerMessage): void {
    const { type } = message;
    const greeting = type === "connection_established" ? message : null;
    // Until the snapshot is complete there is nothing to resume: neither of a fresh channel nor of a moved box.
    if (type === "viewing" || greeting?.recovered === false) this.cursor = null;
    this.#options.onMessage(message);
    // Kept only after the message took effect: what was not applied is asked for again. The greeting of a resumed
    // connection repeats the cursor that it was resumed from.
    if (!greeting?.recovered && "cursor" in message && typeof message.cursor === "string") this.cursor = message.cursor;
  }

  async #connect(): Promise<void> {
    const attempt = this.#abandon();
    const { platform, token: source } = this.#options;
    this.state.set({ phase: "connecting" });
    this.#after("handshake", HANDSHAKE_MS, () => this.#late());
    let token: string | null = null;
    try {
      token = source && (await source(this.#refused));
    } catch {
      if (attempt === this.#attempt) this.#wait(null);
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#token = token;
    const open = !platform.openSocket || platform.now() < this.#blockedUntil ? openEventStream : openWebSocket;
    const current = (call: () => void) => attempt === this.#attempt && call();
    const heard = {
      onMessage: (message: ServerMessage) => current(() => this.#receive(message)),
      onAlive: () => current(() => this.#alive()),
      onEnd: (end: End) => current(() => void this.#ended(end)),
    };
    const name = open === openWebSocket ? "websocket" : "sse";
    this.#path = this.#options.path(name);
    try {
      this.#transport = open(platform, this.#address(name), token, heard);
    } catch {
      this.#wait(null);
    }
  }

  #address(transport: Transport["name"]): string {
    const { url, query } = this.#options;
    const base = transport === "sse" ? `${url}/sse` : `${url.replace(/^http/, "ws")}/ws`;
    const pairs = Object.entries({ ...query(), ...(this.cursor === null ? {} : { since: this.cursor }) });
    const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    return `${base}${this.#path}${search && `?${search}`}`;
  }

  /** A proxy may swallow the upgrade or hold the frames back without closing: that is a blocked WebSocket, too. */
  #late(): void {
    if (this.#transport?.name === "websocket") void this.#ended({ how: "blocked" });
    else this.#wait(null);
  }

  #receive(message: ServerMessage): void {
    if (message.type === "connection_established") this.#established(message);
    else if (message.type === "feed") this.#heardOfFeed(message.stale_since ?? null);
    else if (message.type === "pong") this.#live(this.#options.platform.now() - this.#pingSent);
    try {
      this.take(message);
    } catch (error) {
      // Going on would be a hole: a fresh state puts it right.
      this.cursor = null;
      this.#wait(null);
      void Promise.reject(error);
    }
  }

  #established({ heartbeat_s }: Message<"connection_established">): void {
    const { platform } = this.#options;
    this.#cancel("handshake");
    this.#liveSince = platform.now();
    this.#blocked = 0;
    this.#refused = undefined;
    this.#silenceMs = Math.max(60_000, heartbeat_s * 1000 * SILENT_HEARTBEATS);
    this.#live(null);
    if (this.#transport?.name === "websocket") this.#after("ping", PING_MS, () => this.#ping());
    else this.#alive();
    this.#renewLater();
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
    if (this.#transport?.name === "websocket") this.#cancel("silence");
    else if (this.#silenceMs > 0) this.#after("silence", this.#silenceMs, () => this.#wait(null));
  }

  #renewLater(): void {
    const renew = this.#token && renewAfter(this.#token, this.#options.platform.now());
    if (renew) this.#after("renew", renew, () => void this.#renew());
  }

  /** Renews the token in place; an event stream has to come back with the new one. */
  async #renew(): Promise<void> {
    const attempt = this.#attempt;
    const token = await Promise.resolve(this.#options.token?.()).catch(() => null);
    if (attempt !== this.#attempt || !token) return;
    if (!this.send({ type: "authenticate", token })) return this.restart();
    this.#token = token;
    this.#renewLater();
  }

  async #ended(end: End): Promise<void> {
    if (end.how === "refused") return this.#judge(end.error);
    if (end.how === "closed") {
      if (end.code === TOKEN_EXPIRED && this.#anotherToken()) return this.#connect();
      return this.#wait(end.retryAfterMs, end.code === TOO_FAST ? TOO_FAST_MS : undefined);
    }
    // The upgrade failed. The event stream's path says why; if it says yes, only WebSockets are blocked.
    const attempt = this.#abandon();
    const why = await askWhy(this.#options.platform, this.#address("sse"), this.#token);
    if (attempt !== this.#attempt) return;
    if (why) return this.#judge(why);
    if (++this.#blocked >= 2) this.#blockedUntil = this.#options.platform.now() + BLOCKED_MS;
    // The server is there again, perhaps since the upgrade failed: earlier failures don't prolong this wait.
    this.#failures = 0;
    this.#wait(null);
  }

  /** Whether to ask for another token and try at once: the first time since the connection was steady. */
  #anotherToken(): boolean {
    this.#refused = this.#token ?? undefined;
    if (this.#wasSteady()) this.#tokenRefusals = 0;
    return this.#options.token !== null && this.#tokenRefusals++ === 0;
  }

  #judge(error: SwapwireError): void {
    const { status } = error;
    if (status === 401 && this.#anotherToken()) return void this.#connect();
    if (status === 0 || status === 408 || status === 429 || status >= 500) return this.#wait(error.retryAfterMs);
    this.#abandon();
    if (this.#options.onRefused?.(error)) return void this.#connect();
    this.state.set({ phase: "refused", error });
  }

  #wasSteady(): boolean {
    return this.#liveSince !== null && this.#options.platform.now() - this.#liveSince > STEADY_MS;
  }

  #wait(hintMs: number | null, firstMs?: number): void {
    const { platform } = this.#options;
    if (this.#wasSteady()) {
      this.#failures = 0;
      this.#tokenRefusals = 0;
    }
    this.#abandon();
    const delay = hintMs ?? backoff(this.#failures, platform.random(), firstMs);
    this.#failures += 1;
    this.#after("retry", delay, () => void this.#connect());
    this.state.set({ phase: "waiting", retryAt: platform.now() + delay });
  }

  /** The device was asleep or offline: what waits tries at once, what seems live is asked. */
  wake(): void {
    if (this.state.get().phase === "waiting") void this.#connect();
    else if (this.#timers.has("ping")) this.#ping();
  }

  /** Lets go of the connection. Whatever it still says is not heard. */
  #abandon(): number {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#transport?.close();
    this.#transport = null;
    this.#liveSince = null;
    this.#silenceMs = 0;
    return ++this.#attempt;
  }

  #after(name: Timer, ms: number, call: () => void): void {
    this.#cancel(name);
    this.#timers.set(name, this.#options.platform.after(ms, call));
  }

  #cancel(name: Timer): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}
