// The stations inside a box that moves.

import { Link, type LinkOptions } from "./link.ts";
import { Pace } from "./pace.ts";
import { StationFeed } from "./stations.ts";
import type { Box, Message, ServerMessage, Station } from "./types.ts";

/** A map that is dragged moves its box with every frame; the gateway hears of it this often at most. */
const MOVE_MS = 100;

export class BoxFeed extends StationFeed {
  readonly link: Link;
  readonly #moves: Pace;
  /** The box that is to be shown. */
  #wanted: Box;
  /** The box in the address of the latest attempt. */
  #asked: Box;
  /** The box whose stations the gateway sends, as it has said itself: what it has sent for it must be kept. */
  #current: Box;
  /** The gateway's name for the box that the cursor belongs to. */
  #scope: string | null = null;

  constructor(box: Box, { platform, url }: Pick<LinkOptions, "platform" | "url">) {
    super(platform);
    this.#wanted = this.#asked = this.#current = box;
    this.#moves = new Pace(platform, MOVE_MS, () => this.#move());
    this.link = new Link({
      platform,
      url,
      token: null,
      path: () => "/stations/",
      query: () => this.#query(),
      onMessage: (message) => this.apply(message),
    });
    this.link.start();
  }

  override moveTo(box: Box): void {
    this.#wanted = box;
    this.#moves.soon();
  }

  override dispose(): void {
    this.#moves.cancel();
    super.dispose();
  }

  #query(): Record<string, string> {
    this.#asked = this.#wanted;
    const bbox = this.#asked.join(",");
    return this.link.cursor !== null && this.#scope !== null ? { bbox, scope: this.#scope } : { bbox };
  }

  /** An attempt under way goes on; its greeting shows that the box has moved since. */
  #move(): void {
    const { phase } = this.link.state.get();
    const connected = phase === "live" || phase === "stale" || phase === "refused";
    if (!connected || sameBox(this.#wanted, this.#asked)) return;
    if (this.link.send({ type: "view", bbox: this.#wanted })) this.#asked = this.#wanted;
    else this.link.restart();
  }

  protected override apply(message: ServerMessage): void {
    if (message.type !== "viewing") return super.apply(message);
    const [west = 0, south = 0, east = 0, north = 0] = message.bbox;
    this.#show([west, south, east, north], message.scope);
  }

  protected connected({ recovered, scope }: Message<"connection_established">): void {
    if (recovered) this.becomeReady();
    else this.set.doubt();
    this.#show(this.#asked, scope ?? null);
    this.#moves.soon();
  }

  #show(box: Box, scope: string | null): void {
    this.#current = box;
    this.#scope = scope;
    this.set.dropOthers();
  }

  protected covers({ latitude, longitude }: Station): boolean {
    const [west, south, east, north] = this.#current;
    const inside = west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
    return inside && latitude >= south && latitude <= north;
  }
}

const sameBox = (one: Box, other: Box): boolean => one.every((edge, index) => edge === other[index]);
