// A rider's orders by status: pages that are read again when the rider's channel says so, and what the rider just did,
// shown before the server has answered.

import type { Client, Order, OrderStatus, SwapwireError } from "@swapwire/client";
import { Subject } from "@swapwire/client";
import { errorOf } from "./error.ts";
import { perClient } from "./per-client.ts";
import { type RiderSource, riderOf } from "./rider-source.ts";
import { sameList } from "./same-list.ts";

export interface OrderListState {
  readonly orders: readonly Order[];
  /** True until the first answer, and while more is read; reading again what is shown is silent. */
  readonly loading: boolean;
  readonly error: SwapwireError | null;
  readonly hasMore: boolean;
}

export const noOrders: OrderListState = { orders: [], loading: true, error: null, hasMore: false };

type Action = "collect" | "cancel";

const PAGE = 20;
const MOST_PER_PAGE = 100;
const RETRY_MS = 10_000;

export class OrderList {
  readonly #book: OrderBook;
  readonly #status: OrderStatus | undefined;
  readonly #state = new Subject<OrderListState>(noOrders);
  /** What the server said, newest first. */
  #orders: readonly Order[] = [];
  #next: string | null = null;
  #reading = 0;
  #listeners = 0;
  #stop = () => {};
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(book: OrderBook, status: OrderStatus | undefined) {
    this.#book = book;
    this.#status = status;
  }

  get = this.#state.get;

  subscribe = (listener: () => void): (() => void) => {
    const stop = this.#state.subscribe(listener);
    const stopHearing = this.#book.rider.onOrdersChanged(() => void this.#readOnce());
    this.#listeners += 1;
    if (this.#listeners === 1) this.#begin();
    return () => {
      stop();
      stopHearing();
      this.#listeners -= 1;
      if (this.#listeners === 0) this.#stop();
    };
  };

  refresh = (): Promise<void> => this.#read();

  more = async (): Promise<void> => {
    if (this.#next === null || this.get().loading) return;
    const reading = ++this.#reading;
    this.#update({ loading: true, error: null });
    try {
      const page = await this.#page(this.#next, PAGE);
      if (reading !== this.#reading) return;
      const held = new Set(this.#orders.map(({ id }) => id));
      this.#next = page.next ?? null;
      this.#orders = [...this.#orders, ...page.items.filter(({ id }) => !held.has(id))];
      this.show({ loading: false });
    } catch (error) {
      if (reading === this.#reading) this.#update({ loading: false, error: errorOf(error) });
    }
  };

  /** Takes in an order that an answer brought, and reads again what was asked for before it. */
  adopt(order: Order): void {
    const others = this.#orders.filter(({ id }) => id !== order.id);
    const belongs = this.#status === undefined || order.status === this.#status;
    const at = this.#orders.findIndex(({ id }) => id === order.id);
    if (belongs) others.splice(Math.max(at, 0), 0, order);
    this.#orders = others;
    this.show();
    if (this.#listeners > 0) void this.#read();
  }

  /** Shows the orders with what is pending laid over them. */
  show(change: Partial<OrderListState> = {}): void {
    const pending = this.#orders.map((order) => this.#book.over(order));
    const shown = pending.filter(({ status }) => this.#status === undefined || status === this.#status);
    this.#update({ orders: sameList(this.get().orders, shown), hasMore: this.#next !== null, ...change });
  }

  fail(error: SwapwireError): void {
    this.#update({ error });
  }

  #begin(): void {
    this.#stop = () => {
      this.#reading += 1;
      clearTimeout(this.#retry);
    };
    void this.#read();
  }

  #coming = false;

  /** Several listeners of one list hear the same change: it is read once. */
  async #readOnce(): Promise<void> {
    if (this.#coming) return;
    this.#coming = true;
    await null;
    this.#coming = false;
    if (this.#listeners > 0) await this.#read();
  }

  /** Reads as many as are shown. The newest reading wins. */
  async #read(): Promise<void> {
    const reading = ++this.#reading;
    clearTimeout(this.#retry);
    try {
      const wanted = Math.max(PAGE, this.#orders.length);
      const orders: Order[] = [];
      let next: string | null = null;
      do {
        const page = await this.#page(next, Math.min(MOST_PER_PAGE, wanted - orders.length));
        if (reading !== this.#reading) return;
        orders.push(...page.items);
        next = page.next ?? null;
      } while (next !== null && orders.length < wanted);
      this.#next = next;
      this.#orders = keepSame(this.#orders, orders);
      this.show({ loading: false, error: null });
    } catch (cause) {
      if (reading !== this.#reading) return;
      const error = errorOf(cause);
      this.#update({ loading: false, error });
      const mayPass = error.status === 0 || error.status === 429 || error.status >= 500;
      if (mayPass && this.#listeners > 0) this.#retry = setTimeout(() => void this.#read(), RETRY_MS);
    }
  }

  #page(after: string | null, limit: number) {
    const query = { limit, ...(after !== null && { after }), ...(this.#status && { status: this.#status }) };
    return this.#book.client.http.get("/user/orders/", { query });
  }

  #update(change: Partial<OrderListState>): void {
    const before = this.get();
    const now = { ...before, ...change };
    const names = Object.keys(change) as (keyof OrderListState)[];
    if (names.some((name) => before[name] !== now[name])) this.#state.set(now);
  }
}

/** All lists of a client, and what is under way. */
export class OrderBook {
  readonly client: Client;
  readonly rider: RiderSource;
  readonly #lists = new Map<OrderStatus | undefined, OrderList>();
  readonly #pending = new Map<number, { action: Action; at: string; answer: Promise<Order> }>();
  readonly #laid = new WeakMap<Order, Order>();

  constructor(client: Client) {
    this.client = client;
    this.rider = riderOf(client);
  }

  list(status: OrderStatus | undefined): OrderList {
    const list = this.#lists.get(status) ?? new OrderList(this, status);
    this.#lists.set(status, list);
    return list;
  }

  /** One request, however often it is pressed. */
  act(id: number, action: Action): Promise<Order> {
    const before = this.#pending.get(id);
    if (before) return before.answer;
    const answer = this.#ask(id, action);
    this.#pending.set(id, { action, at: new Date().toISOString(), answer });
    this.#show();
    return answer;
  }

  adopt(order: Order): void {
    for (const list of this.#lists.values()) list.adopt(order);
  }

  over(order: Order): Order {
    const pending = this.#pending.get(order.id);
    if (!pending || order.status !== "booked") return order;
    const known = this.#laid.get(order);
    if (known) return known;
    const { action, at } = pending;
    const laid: Order =
      action === "collect"
        ? { ...order, status: "collected", collected_at: at }
        : { ...order, status: "cancelled", cancelled_at: at };
    this.#laid.set(order, laid);
    return laid;
  }

  async #ask(id: number, action: Action): Promise<Order> {
    try {
      const order = await this.client.http.post(`/user/orders/{order_id}/${action}/`, { path: { order_id: id } });
      this.#pending.delete(id);
      this.adopt(order);
      return order;
    } catch (cause) {
      const error = errorOf(cause);
      this.#pending.delete(id);
      this.#show();
      for (const list of this.#lists.values()) list.fail(error);
      throw error;
    }
  }

  #show(): void {
    for (const list of this.#lists.values()) list.show();
  }
}

export const ordersOf = perClient((client) => new OrderBook(client));

/** Orders that didn't change stay the same objects. */
function keepSame(before: readonly Order[], now: readonly Order[]): readonly Order[] {
  const known = new Map(before.map((order) => [order.id, order]));
  return now.map((order) => {
    const held = known.get(order.id);
    return held && JSON.stringify(held) === JSON.stringify(order) ? held : order;
  });
}
