// Two ways to hear the same messages: a WebSocket, and Server-Sent Events over fetch where WebSockets are blocked.
// A transport knows bytes and JSON; cursors, retries and tokens are the link's.

import { hintOf, retryAfterOf } from "./backoff.ts";
import type { Platform } from "./platform.ts";
import { noAnswer, problemOf, SwapwireError } from "./problem.ts";
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
  | { how: "closed"; code: number; retryAfterMs: number | null }
  /** A WebSocket that never opened. Browsers hide why. */
  | { how: "blocked" }
  /** An HTTP answer said no, or none came (status 0). */
  | { how: "refused"; error: SwapwireError };

export interface Transport {
  readonly name: "websocket" | "sse";
  send(message: object): void;
  close(): void;
}

export type Open = (platform: Platform, url: string, token: string | null, heard: Heard) => Transport;

export const openWebSocket: Open = ({ openSocket }, url, token, heard) => {
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
  socket.onmessage = ({ data }: { data: unknown }) => {
    if (over) return;
    heard.onAlive();
    let message: ServerMessage;
    try {
      message = JSON.parse(String(data));
    } catch {
      // To go on behind a frame that can't be read would be a hole.
      socket.close(1000);
      return end({ how: "closed", code: 1007, retryAfterMs: null });
    }
    heard.onMessage(message);
  };
  socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
    end(opened ? { how: "closed", code, retryAfterMs: hintOf(reason) } : { how: "blocked" });
  socket.onerror = () => {};
  return {
    name: "websocket",
    send: (message) => socket.readyState === 1 && socket.send(JSON.stringify(message)),
    close: () => {
      over = true;
      socket.close(1000);
    },
  };
};

export const openEventStream: Open = (platform, url, token, heard) => {
  const controller = platform.abort();
  const { signal } = controller;
  let retryAfterMs: number | null = null;
  const hear = (event: string) => {
    const field = (name: string) =>
      event.split("\n").flatMap((line) => (line.startsWith(name) ? line.slice(name.length).trim() : []));
    // A gateway that ends names each client's moment to come back.
    const retry = field("retry:")[0];
    if (retry) retryAfterMs = hintOf(`{"retry_after_ms":${retry}}`);
    const data = field("data:").join("\n");
    if (data) heard.onMessage(JSON.parse(data));
  };
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
      for (const event of events) if (!signal.aborted) hear(event);
    }
  };
  run().then(
    () => signal.aborted || heard.onEnd({ how: "closed", code: 0, retryAfterMs }),
    (error) => {
      if (signal.aborted) return;
      heard.onEnd({ how: "refused", error: error instanceof SwapwireError ? error : noAnswer(error) });
      controller.abort();
    },
  );
  return { name: "sse", send: () => {}, close: () => controller.abort() };
};

/** What the event-stream path answers: null for yes, otherwise why not. Asked when a WebSocket never opened. */
export async function askWhy(platform: Platform, url: string, token: string | null): Promise<SwapwireError | null> {
  const controller = platform.abort();
  const cancel = platform.after(10_000, () => controller.abort());
  try {
    await ask(platform, url, token, controller.signal);
    return null;
  } catch (error) {
    return error as SwapwireError;
  } finally {
    cancel();
    controller.abort();
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
