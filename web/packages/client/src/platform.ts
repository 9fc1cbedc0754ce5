// What the library takes from its surroundings: network, clock, chance. Each is an argument, so that a test can cut,
// delay or replay it, and so that nothing here names a browser's global: React Native and Node have these too.

type Handler = ((event: never) => void) | null;

/** A browser's WebSocket, or that of `ws`: their events have more than is read here. */
export interface SocketLike {
  readonly readyState: number;
  onopen: Handler;
  /** Reads `data`. */
  onmessage: Handler;
  /** Reads `code` and `reason`. */
  onclose: Handler;
  onerror: Handler;
  send(text: string): void;
  close(code?: number): void;
}

export interface ResponseLike {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }> } } | null;
  text(): Promise<string>;
}

export interface RequestLike {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignalLike;
}

export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface ChannelLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface LocksLike {
  request(
    name: string,
    options: { signal?: AbortSignalLike; steal?: boolean },
    whileHeld: () => Promise<void>,
  ): Promise<unknown>;
}

/** Everything that differs between a browser, Node, React Native and a test. */
export interface Platform {
  fetch(url: string, request: RequestLike): Promise<ResponseLike>;
  /** Absent where there are no WebSockets, such as Node 20: event streams serve instead. */
  readonly openSocket: ((url: string, protocols: string[]) => SocketLike) | undefined;
  abort(): { readonly signal: AbortSignalLike; abort(): void };
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  uuid(): string;
  /** Calls back after `ms` milliseconds; the answer cancels. */
  after(ms: number, call: () => void): () => void;
  /** Calls back before the next frame is painted, or at once where nothing is painted. */
  beforePaint(call: () => void): void;
  /** Hears that the device is online again or the page visible again; the answer stops listening. */
  onWake(call: () => void): () => void;
  /** Hears that the page may go away for good; the answer stops listening. */
  onHide(call: () => void): () => void;
  decode(): { decode(bytes: Uint8Array): string };
  /** Absent where tabs can't share a socket. */
  readonly locks: LocksLike | undefined;
  openChannel: ((name: string) => ChannelLike) | undefined;
}

interface EventTargetLike {
  addEventListener(name: string, call: () => void): void;
  removeEventListener(name: string, call: () => void): void;
}

/** The globals that the default platform looks for. All but the first block may be missing. */
interface Globals {
  fetch: Platform["fetch"];
  WebSocket?: new (url: string, protocols: string[]) => SocketLike;
  AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };
  TextDecoder: new () => { decode(bytes: Uint8Array, options: { stream: boolean }): string };
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  queueMicrotask(call: () => void): void;
  crypto?: { randomUUID?(): string };
  requestAnimationFrame?(call: () => void): unknown;
  document?: EventTargetLike & { readonly hidden: boolean };
  addEventListener?: EventTargetLike["addEventListener"];
  removeEventListener?: EventTargetLike["removeEventListener"];
  navigator?: { locks?: LocksLike };
  BroadcastChannel?: new (name: string) => ChannelLike;
}

const globals = globalThis as unknown as Globals;

export function defaultPlatform(): Platform {
  const { navigator, BroadcastChannel: Channel, WebSocket } = globals;
  return {
    fetch: (url, request) => globals.fetch(url, request),
    openSocket: WebSocket && ((url, protocols) => new WebSocket(url, protocols)),
    abort: () => new globals.AbortController(),
    now: () => Date.now(),
    random: () => Math.random(),
    uuid: () => globals.crypto?.randomUUID?.() ?? randomUuid(),
    after: (ms, call) => {
      const timer = globals.setTimeout(call, ms);
      return () => globals.clearTimeout(timer);
    },
    beforePaint,
    onWake: (call) => {
      const whenVisible = () => {
        if (!globals.document?.hidden) call();
      };
      globals.addEventListener?.("online", call);
      globals.document?.addEventListener("visibilitychange", whenVisible);
      return () => {
        globals.removeEventListener?.("online", call);
        globals.document?.removeEventListener("visibilitychange", whenVisible);
      };
    },
    onHide: (call) => {
      globals.addEventListener?.("pagehide", call);
      return () => globals.removeEventListener?.("pagehide", call);
    },
    decode: () => {
      const decoder = new globals.TextDecoder();
      return { decode: (bytes) => decoder.decode(bytes, { stream: true }) };
    },
    locks: navigator?.locks,
    openChannel: Channel && ((name) => new Channel(name)),
  };
}

/** A hidden page paints nothing and would never be called. */
function beforePaint(call: () => void): void {
  if (globals.requestAnimationFrame && globals.document && !globals.document.hidden)
    globals.requestAnimationFrame(call);
  else globals.queueMicrotask(call);
}

/** Only for platforms without crypto.randomUUID, such as plain React Native. It names a request, it keeps no secret. */
function randomUuid(): string {
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (Number(digit) ^ ((Math.random() * 16) >> (Number(digit) / 4))).toString(16),
  );
}
