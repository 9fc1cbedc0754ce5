// A gateway and an API in memory, behind the client's own Platform: the client, its links and its protocol are the real
// ones, only the network and the clock are not.

import { type Box, type Client, connect, type Platform, type Station } from "@swapwire/client";

type Socket = ReturnType<NonNullable<Platform["openSocket"]>>;
type Answer = { status: number; body: unknown };
type Asked = { method: string; path: string; query: URLSearchParams; body: unknown };
export type Handler = (asked: Asked) => Answer | Promise<Answer>;

interface Connected {
  socket: Socket;
  url: URL;
  open: boolean;
  /** Frames from the client. */
  heard: { type: string; [field: string]: unknown }[];
  follows(station: Station): boolean;
  box: Box | null;
}

/** All of a test file, for what lets their clocks go on. */
export const gateways = new Set<Gateway>();

export class Gateway {
  readonly stations = new Map<number, Station>();
  readonly sockets: Connected[] = [];
  readonly requests: Asked[] = [];
  /** `POST /user/orders/` and so on. */
  readonly routes = new Map<string, Handler>();
  readonly client: Client;
  #cursor = 0;
  #timers: { at: number; call: () => void }[] = [];
  #now = Date.UTC(2026, 0, 1);

  constructor(stations: Station[] = []) {
    for (const station of stations) this.stations.set(station.station_id, station);
    this.route("GET /user/notifications/", () => ({ status: 200, body: { items: [], next: null, unread: 0 } }));
    gateways.add(this);
    this.client = connect({ url: "http://gateway", token: () => "token", platform: this.#platform() });
  }

  get open(): Connected[] {
    return this.sockets.filter(({ open }) => open);
  }

  route(name: string, handler: Handler): void {
    this.routes.set(name, handler);
  }

  asked(name: string): Asked[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === name);
  }

  /** A new state of a station, at everyone who follows it. */
  change(id: number, change: Partial<Station>): void {
    const before = this.stations.get(id);
    if (!before) throw new Error(`There is no station ${id}.`);
    const station = { ...before, ...change, revision: before.revision + 1 };
    this.stations.set(id, station);
    for (const connected of this.open) {
      if (connected.follows(station))
        this.#say(connected, { type: "inventory_update", id: "1", action: "update", ...station });
    }
  }

  /** A message to the rider. */
  tell(message: { type: string; [field: string]: unknown }): void {
    for (const connected of this.open) {
      if (connected.url.pathname.startsWith("/ws/notifications")) this.#say(connected, { id: "1", ...message });
    }
  }

  /** Lets the client's clock go on. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = due.at;
      due.call();
    }
    this.#now = end;
  }

  #platform(): Partial<Platform> {
    return {
      openSocket: (url) => this.#accept(new URL(url)),
      fetch: async (url, { method = "GET", body }) => {
        const { pathname, searchParams } = new URL(url);
        const asked = { method, path: pathname, query: searchParams, body: body && JSON.parse(body) };
        this.requests.push(asked);
        const handler = this.routes.get(`${method} ${pathname}`);
        const missing = { status: 404, body: { status: 404, code: "not-found", detail: `${method} ${pathname}` } };
        const answer = handler ? await handler(asked) : missing;
        return {
          status: answer.status,
          ok: answer.status < 400,
          headers: { get: () => null },
          body: null,
          text: async () => JSON.stringify(answer.body),
        };
      },
      now: () => this.#now,
      random: () => 0.5,
      after: (ms, call) => {
        const timer = { at: this.#now + ms, call };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
      beforePaint: (call) => queueMicrotask(call),
      onWake: () => () => {},
      onHide: () => () => {},
      locks: undefined,
      openChannel: undefined,
    };
  }

  #accept(url: URL): Socket {
    const heard: Connected["heard"] = [];
    const socket: Socket = {
      readyState: 1,
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => {
        const message = JSON.parse(text);
        heard.push(message);
        this.#hear(connected, message);
      },
      close: () => {
        connected.open = false;
      },
    };
    const connected: Connected = { socket, url, open: true, heard, box: null, follows: () => false };
    this.sockets.push(connected);
    queueMicrotask(() => this.#greet(connected));
    return socket;
  }

  #greet(connected: Connected): void {
    const { url, socket } = connected;
    socket.onopen?.({} as never);
    const [, , channel, id] = url.pathname.split("/");
    const greeting = { type: "connection_established", recovered: false, cursor: null, heartbeat_s: 25 };
    if (channel === "notifications") return this.#say(connected, greeting);
    const bbox = url.searchParams.get("bbox");
    if (id) {
      const ids = new Set([Number(id)]);
      connected.follows = ({ station_id }) => ids.has(station_id);
      if (!this.stations.has(Number(id))) {
        connected.open = false;
        return socket.onclose?.({ code: 1006, reason: "" } as never);
      }
    } else if (bbox) this.#view(connected, bbox.split(",").map(Number) as unknown as Box);
    else connected.follows = () => true;
    this.#say(connected, { ...greeting, ...(bbox && { scope: bbox }) });
    this.#snapshot(connected);
  }

  #hear(connected: Connected, message: Connected["heard"][number]): void {
    if (message.type === "ping") this.#say(connected, { type: "pong", timestamp: message.timestamp });
    else if (message.type === "view") {
      this.#view(connected, message.bbox as Box);
      this.#say(connected, { type: "viewing", bbox: message.bbox, scope: String(message.bbox), cursor: null });
      this.#snapshot(connected);
    } else if (message.type === "subscribe") this.#subscribe(connected, message.channels as { channel: string }[]);
    else if (message.type === "unsubscribe") {
      const gone = (message.channels as string[]).map((channel) => Number(channel.slice("station_".length)));
      const { follows } = connected;
      connected.follows = (station) => follows(station) && !gone.includes(station.station_id);
    }
  }

  #subscribe(connected: Connected, channels: { channel: string }[]): void {
    const { follows } = connected;
    const ids = channels.map(({ channel }) => Number(channel.slice("station_".length)));
    connected.follows = (station) => follows(station) || ids.includes(station.station_id);
    const outcome = (id: number) => (this.stations.has(id) ? { recovered: false } : { error: "unknown_channel" });
    const outcomes = ids.map((id) => ({ channel: `station_${id}`, ...outcome(id) }));
    this.#say(connected, { type: "subscribed", channels: outcomes });
    const stations = ids.flatMap((id) => this.stations.get(id) ?? []);
    this.#say(connected, { type: "inventory_snapshot", cursor: `${++this.#cursor}`, stations, complete: true });
  }

  #view(connected: Connected, box: Box): void {
    const [west, south, east, north] = box;
    connected.box = box;
    connected.follows = ({ longitude, latitude }) =>
      longitude >= west && longitude <= east && latitude >= south && latitude <= north;
  }

  #snapshot(connected: Connected): void {
    const stations = [...this.stations.values()].filter(connected.follows);
    this.#say(connected, { type: "inventory_snapshot", cursor: `${++this.#cursor}`, stations, complete: true });
  }

  /** As a network does: later, and in order. */
  #say(connected: Connected, message: object): void {
    const data = JSON.stringify({ cursor: `${++this.#cursor}`, ...message });
    queueMicrotask(() => connected.open && connected.socket.onmessage?.({ data } as never));
  }
}

export function station(id: number, change: Partial<Station> = {}): Station {
  return {
    station_id: id,
    station_name: `Station ${id}`,
    latitude: 52.5 + id / 1000,
    longitude: 13.4,
    status: "online",
    available_batteries: 5,
    booked_batteries: 1,
    unavailable_batteries: 2,
    total_batteries: 8,
    revision: 10,
    timestamp: "2026-01-01T00:00:00.000000Z",
    ...change,
  };
}

/** A refusal as the API writes it. */
export const refusal = (status: number, code: string): Answer => ({
  status,
  body: { type: `/problems/${code}`, title: code, status, code, detail: `It says ${code}.` },
});
