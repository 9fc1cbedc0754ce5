// A platform without network and clock: the test says what arrives, and when.

import { type Client, type ConnectOptions, connect, type Platform } from "../../src/index.ts";
import type { RequestLike, ResponseLike, SocketLike } from "../../src/platform.ts";

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  readonly url: URL;
  readonly protocols: string[];

  constructor(url: string, protocols: string[]) {
    this.url = new URL(url);
    this.protocols = protocols;
  }

  get since(): string | null {
    return this.url.searchParams.get("since");
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server accepts and greets. */
  greet(greeting: object = {}): void {
    this.readyState = 1;
    this.onopen?.();
    this.say({ type: "connection_established", recovered: false, cursor: null, heartbeat_s: 25, ...greeting });
  }

  say(...messages: object[]): void {
    for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code: number, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** An answer that the test writes piece by piece. */
export class FakeStream {
  #waiting: ((part: { done: boolean; value?: Uint8Array }) => void) | null = null;
  readonly #parts: { done: boolean; value?: Uint8Array }[] = [];

  write(text: string): void {
    this.#push({ done: false, value: new TextEncoder().encode(text) });
  }

  say(...messages: object[]): void {
    this.write(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(""));
  }

  end(): void {
    this.#push({ done: true });
  }

  #push(part: { done: boolean; value?: Uint8Array }): void {
    if (this.#waiting) this.#waiting(part);
    else this.#parts.push(part);
    this.#waiting = null;
  }

  get response(): ResponseLike {
    const read = (): Promise<{ done: boolean; value?: Uint8Array }> =>
      new Promise((resolve) => {
        const part = this.#parts.shift();
        if (part) resolve(part);
        else this.#waiting = resolve;
      });
    return { ...answer(200, null), body: { getReader: () => ({ read }) } };
  }
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): ResponseLike {
  return {
    status,
    ok: status < 400,
    headers: { get: (name) => headers[name] ?? null },
    body: null,
    text: async () => (body === null ? "" : JSON.stringify(body)),
  };
}

export const problem = (status: number, code: string): ResponseLike =>
  answer(status, { type: `/problems/${code}`, title: code, detail: code, status, code });

export interface Request extends RequestLike {
  url: URL;
}

type Answer = (request: Request) => ResponseLike | Promise<ResponseLike>;

export class FakePlatform implements Platform {
  time = 1_000_000;
  /** With 1 every backoff takes its whole time. */
  chance = 1;
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  /** How the next requests are answered; without one they fail as an unreachable network does. */
  readonly answers: Answer[] = [];
  readonly #timers = new Set<{ at: number; call: () => void }>();
  readonly #wakeListeners = new Set<() => void>();
  #uuids = 0;
  openSocket: Platform["openSocket"] = (url, protocols) => {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket;
  };
  locks: Platform["locks"];
  openChannel: Platform["openChannel"];

  /** The latest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("No socket was opened.");
    return socket;
  }

  fetch = async (url: string, request: RequestLike): Promise<ResponseLike> => {
    const asked = { ...request, url: new URL(url) };
    this.requests.push(asked);
    const next = this.answers.shift();
    if (!next) throw new TypeError("fetch failed");
    return next(asked);
  };

  abort = () => new AbortController();
  now = () => this.time;
  random = () => this.chance;
  uuid = () => `uuid-${++this.#uuids}`;
  beforePaint = (call: () => void) => queueMicrotask(call);
  onHide = () => () => {};

  decode = () => {
    const decoder = new TextDecoder();
    return { decode: (bytes: Uint8Array) => decoder.decode(bytes, { stream: true }) };
  };

  after = (ms: number, call: () => void) => {
    const timer = { at: this.time + ms, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  onWake = (call: () => void) => {
    this.#wakeListeners.add(call);
    return () => void this.#wakeListeners.delete(call);
  };

  wake(): void {
    for (const call of this.#wakeListeners) call();
  }

  /** The connection breaks; answers when the next one is under way. */
  async reconnect(): Promise<FakeSocket> {
    const before = this.sockets.length;
    this.socket.end(1006);
    while (this.sockets.length === before) await this.pass(100);
    return this.socket;
  }

  /** Time passes; timers ring in their order. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settled();
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.call();
    }
    this.time = end;
    await settled();
  }
}

export function clientOn(platform: FakePlatform, options: Partial<ConnectOptions> = {}): Client {
  return connect({ url: "http://swapwire", platform, ...options });
}

/** A JWT as far as the library reads it. */
export function jwt(sub: string, expiresAtMs: number, note = ""): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub, role: "rider", exp: expiresAtMs / 1000, note })}.signature`;
}

export function station(id: number, revision: number, more: object = {}) {
  return {
    station_id: id,
    station_name: `Station ${id}`,
    latitude: 52.5,
    longitude: 13.4,
    status: "online",
    available_batteries: 1,
    booked_batteries: 0,
    unavailable_batteries: 0,
    total_batteries: 1,
    revision,
    timestamp: "2026-01-01T00:00:00Z",
    ...more,
  };
}

export const update = (id: number, revision: number, cursor: string, more: object = {}) => ({
  type: "inventory_update",
  id: `event-${cursor}`,
  cursor,
  action: "update",
  ...station(id, revision, more),
});

export const snapshot = (cursor: string | null, ...stations: object[]) => ({
  type: "inventory_snapshot",
  cursor,
  ...(cursor !== null && { complete: true }),
  stations,
});
