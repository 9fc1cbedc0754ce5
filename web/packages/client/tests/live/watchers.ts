// Clients of every kind, each behind a proxy of its own, with what they saw.

import { WebSocket } from "ws";
import type { Box, Client, RiderMessage, Station, StationRecord, Stations } from "../../src/index.ts";
import type { Chance } from "./chance.ts";
import { client, gatewayUrls, tokenOf, url } from "./instance.ts";
import { TcpProxy } from "./proxy.ts";
import { DEGREES, LATITUDE, type World } from "./world.ts";

export type Transport = "websocket" | "sse";

export abstract class Watcher {
  readonly name: string;
  readonly proxy: TcpProxy;
  readonly client: Client;
  /** Greetings of connections after the first that did not go on from the cursor. */
  restarts = 0;
  #greeted = false;

  constructor(name: string, proxy: TcpProxy, transport: Transport, user?: number) {
    this.name = `${name} over ${transport}`;
    this.proxy = proxy;
    const token = user === undefined ? undefined : tokenOf(user, "rider");
    const openSocket = (address: string, protocols: string[]) => {
      const socket = new WebSocket(address, protocols);
      socket.on("message", (data) => this.#see(String(data)));
      return socket;
    };
    this.client = client({
      url: proxy.url,
      ...(token !== undefined && { token: () => token }),
      platform: {
        openSocket: transport === "websocket" ? openSocket : undefined,
        fetch: (address, request) => this.#fetch(address, request as RequestInit) as never,
      },
    });
  }

  /** Gateways serve streams only; everything else is nginx's. */
  async #fetch(address: string, request: RequestInit): Promise<Response> {
    const isStream = address.includes("/sse/");
    const response = await fetch(isStream ? address : address.replace(this.proxy.url, url), request);
    if (!isStream || !response.body) return response;
    const decoder = new TextDecoder();
    const see = (bytes: Uint8Array, passed: TransformStreamDefaultController<Uint8Array>) => {
      this.#see(decoder.decode(bytes, { stream: true }));
      passed.enqueue(bytes);
    };
    return new Response(response.body.pipeThrough(new TransformStream({ transform: see })), response);
  }

  /** A greeting comes first and in one piece, or nearly always. */
  #see(text: string): void {
    const recovered = /"type":"connection_established".*"recovered":(true|false)/.exec(text)?.[1];
    if (recovered === undefined) return;
    if (this.#greeted && recovered === "false") this.restarts += 1;
    this.#greeted = true;
  }

  /** What is wrong with the view; empty when it is right. */
  abstract faults(truth: Truth): string[];

  /** Something that a user does with this client. */
  act(_chance: Chance, _world: World): void {}
}

export interface Truth {
  stations: Map<number, StationRecord>;
  inboxes: Map<number, [number, string][]>;
}

/** Where a set differs from the stations that it should show. */
function differences(shown: readonly Station[], expected: StationRecord[]): string[] {
  const faults: string[] = [];
  const rest = new Map(shown.map((station) => [station.station_id, station]));
  for (const { id, name, status, longitude, available_batteries, booked_batteries, total_batteries } of expected) {
    const station = rest.get(id);
    rest.delete(id);
    const should = { station_name: name, status, longitude, available_batteries, booked_batteries, total_batteries };
    const differs = (field: keyof typeof should) => station?.[field] !== should[field];
    if (!station) faults.push(`station ${id} is missing`);
    else {
      const wrong = (Object.keys(should) as (keyof typeof should)[]).filter(differs);
      if (wrong.length > 0) faults.push(`station ${id}: ${wrong.map((field) => `${field} ${station[field]}`)}`);
    }
  }
  return [...faults, ...[...rest.keys()].map((id) => `station ${id} should not be there`)];
}

/** Notes when a station's revision goes back although the connection went on from its cursor. */
function watchRevisions(watcher: Watcher, set: Stations, faults: string[]): void {
  const seen = new Map<number, number>();
  let restarts = watcher.restarts;
  set.subscribe((changed) => {
    if (watcher.restarts > restarts) seen.clear();
    restarts = watcher.restarts;
    for (const id of changed) {
      const revision = set.get(id)?.revision ?? 0;
      if (revision > 0 && revision < (seen.get(id) ?? 0)) faults.push(`station ${id} went back to ${revision}`);
      if (revision > 0) seen.set(id, revision);
    }
  });
}

export class Wall extends Watcher {
  readonly #all = this.client.all();
  readonly #wentBack: string[] = [];

  constructor(proxy: TcpProxy, transport: Transport) {
    super("wall", proxy, transport);
    if (transport === "websocket") watchRevisions(this, this.#all, this.#wentBack);
  }

  faults({ stations }: Truth): string[] {
    return [...this.#wentBack, ...differences(this.#all.list(), [...stations.values()])];
  }
}

const boxFrom = (west: number): Box => [west, LATITUDE - 1, west + 6, LATITUDE + 1];

export class MapView extends Watcher {
  #box = boxFrom(0);
  readonly #map = this.client.box(this.#box);

  constructor(proxy: TcpProxy, transport: Transport) {
    super("map", proxy, transport);
  }

  override act(chance: Chance): void {
    // Back and forth at once, too: a move may be taken back before it was answered.
    for (let moves = chance.between(1, 3); moves > 0; moves -= 1) {
      this.#box = boxFrom(chance.between(0, DEGREES - 6));
      this.#map.moveTo(this.#box);
    }
  }

  faults({ stations }: Truth): string[] {
    const [west, south, east, north] = this.#box;
    const inside = [...stations.values()].filter(
      ({ latitude, longitude }) => west <= longitude && longitude <= east && south <= latitude && latitude <= north,
    );
    return differences(this.#map.list(), inside);
  }
}

export class List extends Watcher {
  #ids: number[] = [];
  #set = this.client.ids([]);

  constructor(proxy: TcpProxy, transport: Transport) {
    super("list", proxy, transport);
  }

  override act(chance: Chance, { stations }: World): void {
    const before = this.#set;
    this.#ids = [...chance.some(stations, chance.between(1, 10)), 999_999_000];
    this.#set = this.client.ids(this.#ids);
    before.close();
  }

  faults({ stations }: Truth): string[] {
    const expected = this.#ids.flatMap((id) => stations.get(id) ?? []);
    const unknown = this.#ids.filter((id) => !stations.has(id));
    const said = this.#set.unknown();
    return [
      ...differences(this.#set.list(), expected),
      ...unknown.filter((id) => !said.includes(id)).map((id) => `${id} is not said to be unknown`),
      ...said.filter((id) => !unknown.includes(id)).map((id) => `${id} is said to be unknown`),
      ...(this.#set.ready() ? [] : ["it is not ready"]),
    ];
  }
}

export class Phone extends Watcher {
  readonly #user: number;
  readonly #rider = this.client.rider();
  readonly #heard: RiderMessage[] = [];

  constructor(proxy: TcpProxy, transport: Transport, user: number) {
    super(`phone of ${user}`, proxy, transport, user);
    this.#user = user;
    this.#rider.on("*", (message) => this.#heard.push(message));
  }

  faults({ inboxes }: Truth): string[] {
    const inbox = inboxes.get(this.#user) ?? [];
    const { items, complete } = this.#rider.inbox.get();
    const held = items.map(({ id, event_id }) => `${id} ${event_id}`).reverse();
    const heard = this.#heard.map(({ notification_id }) => notification_id);
    const faults = complete ? [] : ["the inbox is not complete"];
    if (String(held) !== String(inbox.map(([id, event]) => `${id} ${event}`))) {
      faults.push(`the inbox has ${held.length} messages, not ${inbox.length}`);
    }
    heard.forEach((id, index) => {
      if (index > 0 && id <= (heard[index - 1] ?? 0)) faults.push(`message ${id} came again or late`);
    });
    // A connection that always went on from its cursor brought every message.
    if (this.restarts === 0 && heard.length !== inbox.length) {
      faults.push(`${heard.length} messages were heard, not ${inbox.length}`);
    }
    return faults;
  }
}

export async function watchers(world: World): Promise<Watcher[]> {
  const proxy = () => TcpProxy.before(gatewayUrls);
  const kinds: ((proxy: TcpProxy, transport: Transport) => Watcher)[] = [
    (proxy, transport) => new Wall(proxy, transport),
    (proxy, transport) => new MapView(proxy, transport),
    (proxy, transport) => new List(proxy, transport),
    ...world.riders.map((rider) => (proxy: TcpProxy, transport: Transport) => new Phone(proxy, transport, rider)),
  ];
  const made: Watcher[] = [];
  for (const kind of kinds) {
    for (const transport of ["websocket", "websocket", "sse"] as const) made.push(kind(await proxy(), transport));
  }
  return made;
}
