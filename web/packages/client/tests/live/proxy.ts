// A TCP proxy in front of the gateways that cuts, stalls and delays what passes through it.

import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

interface Pair {
  client: Socket;
  gateway: Socket;
}

export class TcpProxy {
  readonly #server: Server;
  readonly #targets: readonly URL[];
  readonly #pairs = new Set<Pair>();
  #next = 0;
  #delayMs = 0;
  #stalled = false;
  #refuses = false;
  #mostBytes = Number.POSITIVE_INFINITY;

  private constructor(targets: readonly URL[]) {
    this.#targets = targets;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Each new connection goes to the next of the targets. */
  static async before(urls: readonly string[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(urls.map((url) => new URL(url)));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes every connection without a word. */
  cut(): void {
    for (const { client, gateway } of this.#pairs) {
      client.resetAndDestroy();
      gateway.destroy();
    }
  }

  /** While stalled nothing passes, in either direction, and nobody hears that it doesn't. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    for (const { client, gateway } of this.#pairs) {
      for (const socket of [client, gateway]) stalled ? socket.pause() : socket.resume();
    }
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** While refusing, a new connection is closed at once. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
  }

  /** New connections end when so many bytes have come from the gateway: behind the greeting, or within a frame. */
  cutBehind(bytes: number): void {
    this.#mostBytes = bytes;
  }

  heal(): void {
    this.refuse(false);
    this.cutBehind(Number.POSITIVE_INFINITY);
    this.delay(0);
    this.stall(false);
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #accept(client: Socket): void {
    client.on("error", () => {});
    if (this.#refuses) return void client.resetAndDestroy();
    const { hostname, port } = this.#targets[this.#next++ % this.#targets.length] as URL;
    const gateway = connect(Number(port), hostname);
    gateway.on("error", () => {});
    const pair = { client, gateway };
    this.#pairs.add(pair);
    this.#pass(client, gateway, Number.POSITIVE_INFINITY);
    this.#pass(gateway, client, this.#mostBytes);
    const over = () => {
      this.#pairs.delete(pair);
      client.destroy();
      gateway.destroy();
    };
    client.on("close", over);
    gateway.on("close", over);
    if (this.#stalled) this.stall(true);
  }

  /** What is delayed keeps its order, also when the delay changes. */
  #pass(from: Socket, to: Socket, mostBytes: number): void {
    let last = Promise.resolve();
    let left = mostBytes;
    from.on("data", (bytes: Buffer) => {
      const part = bytes.subarray(0, left);
      left -= part.length;
      const due = Date.now() + this.#delayMs;
      last = last.then(async () => {
        const wait = due - Date.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        if (!to.destroyed) to.write(part, () => part.length < bytes.length && from.destroy());
      });
    });
  }
}
