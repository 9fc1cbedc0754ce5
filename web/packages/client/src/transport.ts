// Two ways to hear the same messages: a WebSocket, and Server-Sent Events over fetch where WebSockets are blocked.
// A transport knows bytes and JSON; cursors, retries and tokens are the link's.

import { retryAfterOf } from "./backoff.ts";
import type { Platform } from "./platform.ts";
import { noAnswer, problemOf, type SwapwireError } from "./problem.ts";
import type { ServerMessage } from "./types.ts";

export interface Heard {
  /** A message, parsed. */
  onMessage(message: ServerMessage): void;
  /** Any byte at all: the other end lives. */
  onAlive(): void;
  /** Once, and never after `close()`. */
  onEnd(end: End): void;
}

export type End =
  /** The connection was there; `code` is 0 for an event stream that just ended. */
  | { how: "closed"; code: number; reason: string }
  /** A WebSocket that never opened. Browsers hide why. */
  | { how: "blocked" }
  /** An HTTP answer said no, or none came (status 0). */
  | { how: "refused"; error: SwapwireError };

export interface Transport {
  readonly name: "websocket" | "sse";
  send(message: object): void;
  close(): void;
}

function parse(text: unknown): ServerMessage | null {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}

export function openWebSocket({ openSocket }: Platform, url: string, token: string | null, heard: Heard): Transport {
  if (!openSocket) throw new TypeError("This platform has no WebSockets.");
  const socket = openSocket(url, token === null ? ["swap.v1"] : ["swap.v1", `bearer.${token}`]);
  let opened = false;
  let over = false;
  const end = (end: End) => {
    if (over) return;
    over = true;
    heard.onEnd(end);
  };
  socket.onopen = () => {
    opened = true;
  };
  socket.onmessage = ({ data }) => {
    if (over) return;
    heard.onAlive();
    const message = parse(data);
    if (message) heard.onMessage(message);
  };
  socket.onclose = ({ code, reason }) => end(opened ? { how: "closed", code, reason } : { how: "blocked" });
  socket.onerror = () => {};
  return {
    name: "websocket",
    send: (message) => socket.readyState === 1 && socket.send(JSON.stringify(message)),
    close: () => {
      over = true;
      socket.close(1000);
    },
  };
}

export function openEventStream(platform: Platform, url: string, token: string | null, heard: Heard): Transport {
  const { signal, abort } = bound(platform.abort());
  const run = async () => {
    const response = await ask(platform, url, token, signal);
    const reader = response.body?.getReader();
    if (!reader) throw noAnswer("This platform can't read a body as it comes.");
    const decoder = platform.decode();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted || done || !value) return;
      heard.onAlive();
      const events = (rest + decoder.decode(value)).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const message = parse(dataOf(event));
        if (message && !signal.aborted) heard.onMessage(message);
      }
    }
  };
  run().then(
    () => signal.aborted || heard.onEnd({ how: "closed", code: 0, reason: "" }),
    (error) => signal.aborted || heard.onEnd({ how: "refused", error: error.code ? error : noAnswer(error) }),
  );
  return { name: "sse", send: () => {}, close: abort };
}

/** What the event-stream path answers: null for yes, otherwise why not. Asked when a WebSocket never opened. */
export async function askWhy(platform: Platform, url: string, token: string | null): Promise<SwapwireError | null> {
  const { signal, abort } = bound(platform.abort());
  const cancel = platform.after(10_000, abort);
  try {
    await ask(platform, url, token, signal);
    return null;
  } catch (error) {
    return error as SwapwireError;
  } finally {
    cancel();
    abort();
  }
}

async function ask(platform: Platform, url: string, token: string | null, signal: { aborted: boolean }) {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  const response = await platform.fetch(url, { headers, signal }).catch((error) => {
    throw noAnswer(error);
  });
  if (response.ok) return response;
  throw await problemOf(response, retryAfterOf(response.headers.get("Retry-After")));
}

function dataOf(event: string): string {
  const lines = event.split("\n").filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(5).trimStart()).join("\n");
}

const bound = (controller: ReturnType<Platform["abort"]>) => ({
  signal: controller.signal,
  abort: () => controller.abort(),
});
