// A rider's messages, each once, from the socket and from the inbox. The inbox fills the gap whenever the socket could
// not prove that nothing was missed.

import type { Http } from "./http.ts";
import { type Connection, Link, type LinkOptions } from "./link.ts";
import { Emitter, type Observable, Subject } from "./observable.ts";
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
  /** Hears each message when it arrives live, once. What comes from the inbox is history and is not emitted. */
  on: Emitter<RiderMessage>["on"];
  /** Hears that orders may have changed: a booking's message, or a gap. */
  onOrdersChanged(listener: () => void): () => void;
  /** Marks this message and all before it. */
  markRead(upTo: number): Promise<void>;
  close(): void;
}

const PAGE = 100;
/** More than this is history that nobody scrolls through. */
const MOST_HELD = 1_000;
const RETRY_MS = 5_000;

const levels: Record<RiderMessage["type"], InboxItem["level"]> = {
  booking_confirmed: "success",
  booking_ready: "success",
  booking_collected: "success",
  booking_cancelled: "info",
  booking_expired: "error",
  booking_expiring: "warning",
  notification: "info",
};

export class RiderFeed {
  readonly link: Link;
  readonly events = new Emitter<RiderMessage>();
  readonly inbox = new Subject<Inbox>({ items: [], unread: 0, complete: false });
  readonly #platform: LinkOptions["platform"];
  readonly #http: Http;
  readonly #items = new Map<number, InboxItem>();
  readonly #orderListeners = new Set<() => void>();
  /** Every message up to this one is held, or was. */
  #contiguous = 0;
  #complete = false;
  #reading = 0;

  constructor(http: Http, options: Pick<LinkOptions, "platform" | "url" | "token">) {
    this.#http = http;
    this.#platform = options.platform;
    this.link = new Link({
      ...options,
      path: () => "/notifications/",
      query: () => ({}),
      onMessage: (message) => this.#apply(message),
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
      for (const [id, item] of before) if (!item.read_at) this.#items.set(id, item);
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
      if (!message.recovered) this.#complete = false;
      if (!this.#complete) {
        this.#ordersChanged();
        void this.#readInbox();
      }
    } else if (message.type in levels) this.#hear(message as RiderMessage);
  }

  #hear(message: RiderMessage): void {
    const id = message.notification_id;
    if (id <= this.#contiguous || this.#items.has(id)) return;
    this.#hold(itemOf(message));
    this.#show();
    this.events.emit(message);
    if (message.type !== "notification") this.#ordersChanged();
  }

  /** Everything after the last message without a gap; asks again until it has read all. */
  async #readInbox(): Promise<void> {
    const reading = ++this.#reading;
    try {
      let after: string | undefined = this.#contiguous > 0 ? String(this.#contiguous) : undefined;
      for (;;) {
        const query = after === undefined ? { limit: PAGE } : { limit: PAGE, after };
        const page = await this.#http.get("/user/notifications/", { query });
        if (reading !== this.#reading) return;
        for (const item of page.items) this.#hold(item);
        if (!page.next) break;
        after = page.next;
      }
      this.#complete = true;
      this.#show();
    } catch {
      this.#platform.after(RETRY_MS, () => reading === this.#reading && void this.#readInbox());
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

  #ordersChanged(): void {
    for (const listener of [...this.#orderListeners]) listener();
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
