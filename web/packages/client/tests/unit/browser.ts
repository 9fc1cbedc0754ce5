// Tabs of one browser: locks, channels, and a server that all of them reach.

import type { ChannelLike, LocksLike } from "../../src/platform.ts";
import type { Chance } from "../live/chance.ts";
import { FakePlatform, type FakeSocket, settled } from "./platform.ts";

interface Waiting {
  tab: Tab;
  grant(): void;
  lose(error: Error): void;
}

/** A tab that can be frozen: what is said to it waits. */
export class Tab extends FakePlatform {
  frozen = false;
  gone = false;
  readonly inbox: (() => void)[] = [];

  thaw(): void {
    this.frozen = false;
    for (const call of this.inbox.splice(0)) call();
  }

  /** Runs in the order in which it was said, when the tab isn't frozen. */
  hear(call: () => void): void {
    if (this.frozen) this.inbox.push(call);
    else queueMicrotask(() => this.gone || call());
  }
}

export class Browser {
  readonly tabs: Tab[] = [];
  readonly said: Record<string, unknown>[] = [];
  /** While set, messages wait until they are delivered: in order from each sender, in any order between senders. */
  disorder = false;
  readonly #mail: { from: Tab; to: Tab; call: () => void }[] = [];
  readonly #channels = new Map<string, Set<{ tab: Tab; channel: ChannelLike }>>();
  readonly #holders = new Map<string, Waiting>();
  readonly #queues = new Map<string, Waiting[]>();

  open(): Tab {
    const tab = new Tab();
    this.tabs.push(tab);
    let uuids = 0;
    const number = this.tabs.length;
    tab.uuid = () => `tab ${number}, ${++uuids}`;
    tab.locks = this.#locksOf(tab);
    tab.openChannel = (name) => this.#channelOf(tab, name);
    return tab;
  }

  /** The tab crashes: it says nothing more, and what it held is free. */
  crash(tab: Tab): void {
    tab.gone = true;
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    for (const socket of tab.sockets) socket.close();
    for (const channels of this.#channels.values()) {
      for (const entry of channels) if (entry.tab === tab) channels.delete(entry);
    }
    for (const queue of this.#queues.values()) {
      for (const waiting of queue.filter((waiting) => waiting.tab === tab)) queue.splice(queue.indexOf(waiting), 1);
    }
    for (const [name, holder] of this.#holders) if (holder.tab === tab) this.#next(name);
  }

  /** Delivers so many messages, or all. A message that its sender said before another is never behind it. */
  deliver(chance: Chance, count = Number.POSITIVE_INFINITY): void {
    for (let delivered = 0; delivered < count && this.#mail.length > 0; delivered += 1) {
      const { from, to } = chance.one(this.#mail);
      const index = this.#mail.findIndex((mail) => mail.from === from && mail.to === to);
      for (const { call } of this.#mail.splice(index, 1)) to.hear(call);
    }
  }

  /** Delivers all that one tab has said to another. */
  async deliverFrom(from: Tab, to: Tab): Promise<void> {
    const mine = this.#mail.filter((mail) => mail.from === from && mail.to === to);
    for (const mail of mine) {
      this.#mail.splice(this.#mail.indexOf(mail), 1);
      to.hear(mail.call);
    }
    await settled();
  }

  async pass(ms: number): Promise<void> {
    for (const tab of this.tabs) if (!tab.frozen) await tab.pass(ms);
  }

  #channelOf(tab: Tab, name: string): ChannelLike {
    const channels = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, channels);
    const channel: ChannelLike = {
      onmessage: null,
      postMessage: (message) => {
        this.said.push(message as Record<string, unknown>);
        const data = structuredClone(message);
        for (const other of channels) {
          if (other === entry) continue;
          const call = () => channels.has(other) && other.channel.onmessage?.({ data });
          if (this.disorder) this.#mail.push({ from: tab, to: other.tab, call });
          else other.tab.hear(call);
        }
      },
      close: () => void channels.delete(entry),
    };
    const entry = { tab, channel };
    channels.add(entry);
    return channel;
  }

  #locksOf(tab: Tab): LocksLike {
    return {
      request: (name, { signal, steal }, whileHeld) =>
        new Promise((resolve, reject) => {
          const queue = this.#queues.get(name) ?? [];
          this.#queues.set(name, queue);
          const waiting: Waiting = {
            tab,
            lose: (error) => tab.hear(() => reject(error)),
            grant: () => {
              this.#holders.set(name, waiting);
              tab.hear(() =>
                whileHeld().then(() => {
                  resolve(undefined);
                  if (this.#holders.get(name) === waiting) this.#next(name);
                }),
              );
            },
          };
          (signal as AbortSignal | undefined)?.addEventListener("abort", () => {
            if (queue.includes(waiting)) queue.splice(queue.indexOf(waiting), 1);
            reject(new Error("aborted"));
          });
          if (steal) {
            this.#holders.get(name)?.lose(new Error("stolen"));
            waiting.grant();
          } else if (this.#holders.has(name)) queue.push(waiting);
          else waiting.grant();
        }),
    };
  }

  #next(name: string): void {
    this.#holders.delete(name);
    this.#queues.get(name)?.shift()?.grant();
  }
}

/** A server with a log. It greets every socket that asks, from the socket's cursor or with `begin`. */
export class Server {
  readonly log: object[] = [];
  readonly #served = new Map<FakeSocket, number>();
  readonly #begin: (length: number) => object[];
  connections = 0;

  constructor(begin: (length: number) => object[]) {
    this.#begin = begin;
  }

  append(message: object): void {
    this.log.push({ ...message, cursor: `c${this.log.length + 1}` });
  }

  /** Sends what each open socket has not got. */
  async serve(tabs: readonly Tab[]): Promise<void> {
    for (const tab of tabs.filter(({ frozen }) => !frozen)) {
      for (const socket of tab.sockets) if (socket.readyState < 2) this.#send(socket);
    }
    await settled();
  }

  #send(socket: FakeSocket): void {
    let from = this.#served.get(socket);
    if (from === undefined) {
      this.connections += 1;
      from = socket.since === null ? this.log.length : Number(socket.since.slice(1));
      const begin = socket.since === null ? this.#begin(from) : [];
      // A station channel has no cursor until its snapshot is complete.
      socket.greet({ recovered: socket.since !== null, cursor: begin.length > 0 ? null : `c${from}` });
      socket.say(...begin);
    }
    socket.say(...this.log.slice(from));
    for (const { timestamp } of socket.sent.splice(0)) socket.say({ type: "pong", timestamp });
    this.#served.set(socket, this.log.length);
  }

  open(tabs: readonly Tab[]): number {
    return tabs.flatMap(({ sockets }) => sockets).filter(({ readyState }) => readyState === 1).length;
  }
}
