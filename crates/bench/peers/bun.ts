// Bun's built-in WebSocket server: everybody who connects gets every message, by publish() to a topic or by send()
// to each.
import type { ServerWebSocket } from "bun";

const [port, rate, burst, frame] = [Number(Bun.argv[2]), Number(Bun.argv[3]), Number(Bun.argv[4]), Bun.argv[5]];
// Each message carries the time at which it leaves, in microseconds, where its text has room for it.
const room = frame.indexOf('"at ') + 4;
const [head, tail] = [frame.slice(0, room), frame.slice(room + 16)];
const stamped = () =>
  head + String(Math.round((performance.timeOrigin + performance.now()) * 1000)).padStart(16, "0") + tail;
const clients: Set<ServerWebSocket<unknown>> | null = Bun.argv[6] === "send" ? new Set() : null;

const server = Bun.serve({
  port,
  hostname: "127.0.0.1",
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("a WebSocket is needed", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      if (clients) clients.add(socket);
      else socket.subscribe("all");
    },
    message() {},
    close(socket) {
      clients?.delete(socket);
    },
  },
});

// So many turns a second, so many messages in each, made up for when the clock was late.
const started = performance.now();
let told = 0;
if (rate > 0) {
  setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1000) * rate);
    // Behind for good: what can't be had is not asked for twice.
    if (due - told > rate) told = due - rate;
    for (; told < due; told++) {
      for (let i = 0; i < burst; i++) {
        const message = stamped();
        if (!clients) server.publish("all", message);
        else for (const client of clients) client.send(message);
      }
    }
  }, 1);
}
