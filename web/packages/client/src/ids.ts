// Some stations by id on one socket. Its address names the first station, the others are subscribed to, each from
// where its own channel stands. An event stream can't subscribe: several stations are picked out of all, and so are
// more than a socket may follow.

import { Link, type LinkOptions } from "./link.ts";
import { Pace } from "./pace.ts";
import { StationFeed } from "./stations.ts";
import type { Message, ServerMessage, Station } from "./types.ts";

/** Channels of one socket. */
const MOST_CHANNELS = 100;
/** A frame of a client may have 4 KiB: thirty channels with a cursor each. */
const CHANNELS_PER_FRAME = 30;
/** A list that is scrolled mounts and unmounts many rows at once. */
const FOLLOW_MS = 300;
/** A station that nobody knows may be made, or the gateway has not heard of it yet: it is asked again. */
const ASK_AGAIN_MS = 20_000;

export class IdsFeed extends StationFeed {
  readonly link: Link;
  readonly #platform: LinkOptions["platform"];
  readonly #changes: Pace;
  /** What is to be followed. */
  #wanted: ReadonlySet<number> = new Set();
  /** What this connection was asked to follow; the state of all others is forgotten. */
  readonly #asked = new Set<number>();
  readonly #unknown = new Set<number>();
  /** Where each channel stands. An id without a position has no complete state. */
  readonly #positions = new Map<number, string>();
  /** The channels that the gateway follows on this connection. */
  readonly #confirmed = new Set<number>();
  /** When the last one was confirmed. Null: what each of them began with has arrived. */
  #confirmedAt: number | null = null;
  /** From then on a cursor speaks for all of them. */
  #common: string | null = null;
  /** The station in the address; null while stations are picked out of all. */
  #first: number | null = null;
  /** Which of several unknown stations is in the address next. */
  #turn = 0;
  #cancelAsking: (() => void) | null = null;

  constructor({ platform, url }: Pick<LinkOptions, "platform" | "url">) {
    super(platform);
    this.#platform = platform;
    this.#changes = new Pace(platform, FOLLOW_MS, () => this.#follow());
    this.link = new Link({
      platform,
      url,
      token: null,
      path: (transport) => this.#path(transport),
      query: () => ({}),
      onMessage: (message) => this.apply(message),
      onRefused: ({ status }) => status === 404 && this.#missFirst(),
    });
  }

  isUnknown = (id: number): boolean => this.#unknown.has(id);

  /** Follows these stations from now on. */
  follow(ids: Iterable<number>): void {
    this.#wanted = new Set(ids);
    this.#changes.soon();
  }

  override dispose(): void {
    this.#changes.cancel();
    this.#cancelAsking?.();
    super.dispose();
  }

  protected covers({ station_id }: Station): boolean {
    return this.#asked.has(station_id);
  }

  /** Tells the gateway what has changed. An attempt under way goes on; its greeting leads here again. */
  #follow(): void {
    const { phase } = this.link.state.get();
    if (phase === "connecting" || phase === "waiting") return;
    const dropped = this.#dropUnwanted();
    if (this.#wanted.size === 0) return this.link.stop();
    if (phase === "idle") return this.link.start();
    if (dropped.length > 0 && this.#first !== null) {
      this.link.send({ type: "unsubscribe", channels: dropped.map(channelOf) });
    }
    const added = [...this.#wanted].filter((id) => !this.#asked.has(id));
    const anew = phase === "refused" || this.#first === null || this.#wanted.size > MOST_CHANNELS;
    if (added.length > 0 && (anew || !this.#subscribe(added))) this.link.restart();
    this.#judgeReady();
  }

  #dropUnwanted(): number[] {
    const dropped = [...this.#asked].filter((id) => !this.#wanted.has(id));
    for (const id of dropped) {
      this.#asked.delete(id);
      this.#forget(id);
    }
    return dropped;
  }

  #path(transport: "websocket" | "sse"): string {
    this.#separate();
    this.#confirmed.clear();
    this.#dropUnwanted();
    const ids = [...this.#wanted];
    for (const id of ids) this.#asked.add(id);
    if (ids.length > (transport === "sse" ? 1 : MOST_CHANNELS)) {
      this.#first = null;
      // One cursor speaks for all of them only if each stands there.
      const positions = new Set(ids.filter((id) => !this.#unknown.has(id)).map((id) => this.#positions.get(id)));
      this.link.cursor = (positions.size === 1 && [...positions][0]) || null;
      return "/stations/";
    }
    const existing = ids.filter((id) => !this.#unknown.has(id));
    const first = existing.find((id) => this.#positions.has(id)) ?? existing[0] ?? ids[this.#turn++ % ids.length] ?? 0;
    this.#first = first;
    this.link.cursor = this.#positions.get(first) ?? null;
    return `/stations/${first}/`;
  }

  /** A station that does not exist can't carry the socket: the next one does. */
  #missFirst(): boolean {
    if (this.#first === null) return false;
    this.#miss(this.#first);
    this.#judgeReady();
    return [...this.#wanted].some((id) => !this.#unknown.has(id));
  }

  protected override apply(message: ServerMessage): void {
    super.apply(message);
    if (message.type === "subscribed") this.#subscribed(message);
    // A pong comes behind everything that its ping found under way.
    if (message.type === "pong" && Number(message.timestamp) > (this.#confirmedAt ?? Infinity)) {
      this.#confirmedAt = null;
    }
    this.#keepPosition(message);
    if ("status" in message && message.status === "removed") this.#miss(message.station_id);
    if (message.type === "inventory_snapshot" && message.complete) this.#completeAll(message.cursor ?? null);
    this.#judgeReady();
  }

  /** Each channel has a snapshot of its own; that of all stations is judged when its position is known. */
  protected override completed(): void {}

  protected connected({ recovered }: Message<"connection_established">): void {
    if (this.#first === null) {
      if (!recovered) this.set.doubt();
      for (const id of this.#asked) this.#confirmed.add(id);
      this.#confirmedAt = null;
    } else {
      this.#confirm(this.#first, recovered);
      this.#subscribe([...this.#asked].filter((id) => id !== this.#first));
    }
    this.#changes.soon();
  }

  /** Whether it could be said. */
  #subscribe(ids: readonly number[]): boolean {
    const channels = ids.map((id) => {
      this.#asked.add(id);
      const since = this.#positions.get(id);
      return { channel: channelOf(id), ...(since && { since }) };
    });
    let sent = true;
    for (let from = 0; from < channels.length; from += CHANNELS_PER_FRAME) {
      sent &&= this.link.send({ type: "subscribe", channels: channels.slice(from, from + CHANNELS_PER_FRAME) });
    }
    return sent;
  }

  #subscribed({ channels }: Message<"subscribed">): void {
    for (const outcome of channels) {
      const id = Number(outcome.channel.slice("station_".length));
      if (!("error" in outcome)) this.#confirm(id, outcome.recovered);
      else if (outcome.error === "unknown_channel") this.#miss(id);
      else return this.link.giveUp();
    }
  }

  #confirm(id: number, recovered: boolean): void {
    this.#separate();
    if (!this.#asked.has(id)) return;
    this.#confirmed.add(id);
    this.#confirmedAt = this.#platform.now();
    if (recovered) return;
    this.#positions.delete(id);
    this.set.doubt(id);
  }

  /** Gives each channel the position that they share, before one of them goes its own way. */
  #separate(): void {
    const common = this.#common;
    this.#common = null;
    if (common === null) return;
    for (const id of this.#confirmed) if (this.#positions.has(id)) this.#positions.set(id, common);
  }

  #keepPosition(message: ServerMessage): void {
    if (message.type === "connection_established") return;
    if (!("cursor" in message) || typeof message.cursor !== "string") return;
    const about = "stations" in message ? message.stations : "station_id" in message ? [message] : [];
    for (const { station_id: id } of about) {
      if (!this.#asked.has(id) || !this.set.get(id)) continue;
      this.#positions.set(id, message.cursor);
      this.#unknown.delete(id);
      if (this.#first === null) this.#confirmed.add(id);
    }
    // A gateway says its position only to who has everything up to there.
    if (this.#confirmedAt === null || message.type === "position") this.#common = message.cursor;
  }

  /** A snapshot of all stations names those that exist. */
  #completeAll(cursor: string | null): void {
    if (this.#first !== null || cursor === null) return;
    this.set.settle();
    for (const id of this.#asked) {
      if (this.set.get(id)) this.#positions.set(id, cursor);
      else this.#miss(id);
    }
  }

  #miss(id: number): void {
    if (!this.#asked.has(id)) return;
    this.#forget(id);
    this.#unknown.add(id);
    this.set.touch(id);
    this.#cancelAsking ??= this.#platform.after(ASK_AGAIN_MS, () => this.#askAgain());
  }

  #askAgain(): void {
    this.#cancelAsking = null;
    if (this.#unknown.size === 0) return;
    const { phase } = this.link.state.get();
    if (phase === "refused") this.link.restart();
    else if (this.#first !== null) this.#subscribe([...this.#unknown]);
    this.#cancelAsking = this.#platform.after(ASK_AGAIN_MS, () => this.#askAgain());
  }

  #forget(id: number): void {
    this.#positions.delete(id);
    this.#confirmed.delete(id);
    this.#unknown.delete(id);
    this.set.drop(id);
  }

  #judgeReady(): void {
    const known = (id: number) => this.set.get(id) !== undefined || this.#unknown.has(id);
    if (this.#wanted.size > 0 && [...this.#wanted].every(known)) this.becomeReady();
  }
}

const channelOf = (id: number): string => `station_${id}`;
