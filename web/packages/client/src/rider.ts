// A rider's messages, each once, from the socket and from the inbox. The inbox fills the gap whenever the socket could
// not prove that nothing was missed.

import { backoff } from "./backoff.ts";
import type { Http } from "./http.ts";
import type { Connection, LinkOptions } from "./link.ts";
import { callAll, Emitter, type Observable, Subject } from "./observable.ts";
import { TabLink } from "./tabs.ts";
import { claimsOf, type TokenSource } from "./token.ts";
import type { InboxItem, RiderMessage, ServerMessage } from "./types.ts";

export interface Inbox {
  /** Newest first. */
  readonly items: readonly InboxItem[];
  readonly unread: number;
  /** False while messages may be missing: before the first reading, and after a gap until it is filled. */
  readonly complete: boolean;
}

export interface Rider {
  readonly inbox: Observable<Inbox>;
  readonly connection: Observable<Connection>;
  /** Hears each message when it arrives live, once. What comes from the inbox only is history and is not emitted. */
  on: Emitter<RiderMessage>["on"];
  /** Hears that orders may have changed: a booking's message, or a gap. */
  onOrdersChanged(listener: () => void): () => void;
  /** Marks this message and all before it. */
  markRead(upTo: number): Promise<void>;
  close(): void;
}

const PAGE = 100;
const FIRST_RETRY_MS = 2_000;
/** More than this is history that nobody scrolls through. */
const MOST_HELD = 1_000;

const levels: Record<RiderMessage["type"], InboxItem["level"]> = {
  booking_confirmed: "success",
  booking_ready: "success",
  booking_collected: "success",
  booking_cancelled: "info",
  booking_expired: "warning",
  booking_expiring: "warning",
  notification: "info",
};

type Options = Pick<LinkOptions, "platform" | "url"> & { token: TokenSource; share: boolean };

export class RiderFeed {
  readonly link: TabLink;
  readonly events = new Emitter<RiderMessage>();
  readonly inbox = new Subject<Inbox>({ items: [], unread: 0, complete: false });
  readonly #platform: LinkOptions["platform"];
  readonly #http: Http;
  readonly #items = new Map<number, InboxItem>();
  readonly #orderListeners = new Set<() => void>();
  /** Every message up to this one is held, or was, or is no longer kept. */
  #contiguous = 0;
  /** The last message that listeners heard: they come in order. */
  #emitted = 0;
  #complete = false;
  /** Counts readings of the inbox: only the latest counts. */
  #reading = 0;
  #failures = 0;

  constructor(http: Http, { platform, url, token, share }: Options) {
    this.#http = http;
    this.#platform = platform;
    this.link = new TabLink({
      platform,
      url,
      token,
      path: () => "/notifications/",
      query: () => ({}),
      onMessage: (message) => this.#apply(message),
      key: async () => {
        const user = share && claimsOf((await token()) ?? "")?.sub;
        return user ? `${url} rider ${user}` : null;
      },
      save: () => this.link.cursor,
      restore: (cursor) => {
        this.link.cursor = cursor as string;
        this.#fillGap();
      },
    });
    this.link.start();
  }

  onOrdersChanged = (listener: () => void): (() => void) => {
    const entry = () => listener();
    this.#orderListeners.add(entry);
    return () => void this.#orderListeners.delete(entry);
  };

  markRead = async (upTo: number): Promise<void> => {
    const readAt = new Date(this.#platform.now()).toISOString();
    const before = new Map(this.#items);
    for (const [id, item] of before) if (id <= upTo && !item.read_at) this.#items.set(id, { ...item, read_at: readAt });
    this.#show();
    try {
      await this.#http.post("/user/notifications/read/", { body: { up_to: upTo } });
    } catch (error) {
      for (const [id, item] of before) if (id <= upTo && this.#items.has(id)) this.#items.set(id, item);
      this.#show();
      throw error;
    }
  };

  dispose(): void {
    this.#reading += 1;
    this.link.dispose();
  }

  #apply(message: ServerMessage): void {
    if (message.type === "connection_established") {
      if (!message.recovered || !this.#complete) this.#fillGap();
    } else if (message.type in levels) this.#hear(message as RiderMessage);
  }

  #hear(message: RiderMessage): void {
    const id = message.notification_id;
    const held = this.#items.get(id);
    // Another message under a known id: the server's database was restored from a backup, ids began anew there.
    if (held && held.event_id !== message.id) this.#forgetAll();
    if (id <= this.#emitted) return;
    this.#emitted = id;
    if (!held || held.event_id !== message.id) this.#hold(itemOf(message));
    this.#show();
    callAll(message.type === "notification" ? [] : this.#orderListeners);
    this.events.emit(message);
    if (this.#complete && id > this.#contiguous) this.#fillGap();
  }

  #forgetAll(): void {
    this.#items.clear();
    this.#contiguous = 0;
    this.#emitted = 0;
    this.#fillGap();
  }

  /** Messages may be missing: the inbox has them. */
  #fillGap(): void {
    this.#complete = false;
    this.#failures = 0;
    this.#show();
    callAll(this.#orderListeners);
    void this.#readInbox();
  }

  /**
   * The last message without a gap and everything after it; asks again until it has read all. If that message is not
   * there any more, or is another one, the server's database was restored from a backup.
   */
  async #readInbox(): Promise<void> {
    const reading = ++this.#reading;
    try {
      const last = this.#items.get(this.#contiguous);
      let after: string | undefined = last && String(last.id - 1);
      for (;;) {
        const query = after === undefined ? { limit: PAGE } : { limit: PAGE, after };
        const page = await this.#http.get("/user/notifications/", { query });
        if (reading !== this.#reading) return;
        if (last && after === String(last.id - 1) && page.items[0]?.event_id !== last.event_id)
          return this.#forgetAll();
        for (const item of page.items) this.#hold(item);
        // An inbox has no holes: what lies between what we had and its first message is so old that it was removed.
        this.#contiguous = Math.max(this.#contiguous, page.items.at(-1)?.id ?? 0);
        if (!page.next) break;
        after = page.next;
      }
      this.#complete = true;
      this.#show();
    } catch {
      if (reading !== this.#reading) return;
      const wait = backoff(this.#failures++, this.#platform.random(), FIRST_RETRY_MS);
      this.#platform.after(wait, () => reading === this.#reading && void this.#readInbox());
    }
  }

  #hold(item: InboxItem): void {
    if (item.id <= this.#contiguous && !this.#items.has(item.id)) return;
    this.#items.set(item.id, item);
    while (this.#items.has(this.#contiguous + 1)) this.#contiguous += 1;
    if (this.#items.size > MOST_HELD) this.#items.delete(Math.min(...this.#items.keys()));
  }

  #show(): void {
    const items = [...this.#items.values()].sort((one, other) => other.id - one.id);
    const unread = items.filter((item) => !item.read_at).length;
    this.inbox.set({ items, unread, complete: this.#complete });
  }
}

/** A live message in the shape of the inbox. */
function itemOf(message: RiderMessage): InboxItem {
  const { type, id, notification_id, timestamp } = message;
  const booking = "booking_id" in message ? { booking_id: message.booking_id } : {};
  return {
    id: notification_id,
    event_id: id,
    type,
    title: "title" in message ? message.title : "",
    level: "level" in message ? message.level : levels[type],
    message: message.message,
    created_at: timestamp,
    ...booking,
  };
}
