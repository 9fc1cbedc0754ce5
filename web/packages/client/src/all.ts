// All stations: one connection for all tabs, kept over a reload.

import type { LinkOptions } from "./link.ts";
import { type SavedStations, StationFeed } from "./stations.ts";
import { TabLink } from "./tabs.ts";
import type { Message } from "./types.ts";

type Options = Pick<LinkOptions, "platform" | "url"> & { share: boolean };

export class AllFeed extends StationFeed {
  readonly link: TabLink;
  #disposed = false;

  constructor({ platform, url, share }: Options, saved: SavedStations | null | Promise<SavedStations | null>) {
    super(platform);
    this.link = new TabLink({
      platform,
      url,
      token: null,
      path: () => "/stations/",
      query: () => ({}),
      onMessage: (message) => this.apply(message),
      key: () => (share ? `${url} stations` : null),
      save: () => this.save(),
      restore: (state) => this.#restore(state as SavedStations),
    });
    void this.#begin(saved);
  }

  /** What to keep, or null while there is no cursor. */
  save(): SavedStations | null {
    const { cursor } = this.link;
    return cursor === null ? null : { cursor, stations: this.set.list() };
  }

  override dispose(): void {
    this.#disposed = true;
    super.dispose();
  }

  protected covers(): boolean {
    return true;
  }

  protected connected({ recovered }: Message<"connection_established">): void {
    if (recovered) this.becomeReady();
    else this.set.doubt();
  }

  /** A saved state that can't be read is none. */
  async #begin(saved: SavedStations | null | Promise<SavedStations | null>): Promise<void> {
    try {
      const state = saved instanceof Promise ? await saved : saved;
      if (state && !this.#disposed) this.#restore(state);
    } catch {}
    if (!this.#disposed) this.link.start();
  }

  #restore({ cursor, stations }: SavedStations): void {
    this.set.doubt();
    for (const station of stations) this.set.hold(station);
    this.set.settle();
    this.link.cursor = cursor;
    this.becomeReady();
  }
}
