// Changes that come in bursts, gathered into one action with a distance between two: a gateway closes the connection
// of a client that says more than 20 things a second.

import type { Platform } from "./platform.ts";

export class Pace {
  readonly #platform: Pick<Platform, "now" | "after">;
  readonly #act: () => void;
  readonly #everyMs: number;
  #next = 0;
  #cancel: (() => void) | null = null;

  constructor(platform: Pick<Platform, "now" | "after">, everyMs: number, act: () => void) {
    this.#platform = platform;
    this.#everyMs = everyMs;
    this.#act = act;
  }

  /** Acts soon, once for all calls until then. */
  soon(): void {
    if (this.#cancel) return;
    this.#cancel = this.#platform.after(Math.max(0, this.#next - this.#platform.now()), () => {
      this.#cancel = null;
      this.#next = this.#platform.now() + this.#everyMs;
      this.#act();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
