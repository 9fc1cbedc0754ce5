// What riders and operators do while clients watch: stations come, move and go, batteries are booked and collected.

import { type Client, type StationRecord, SwapwireError } from "../../src/index.ts";
import type { Chance } from "./chance.ts";
import { clientOf, newUser, Operator } from "./instance.ts";

/** Stations stand on a line of so many degrees, south of everybody else's. */
export const LATITUDE = -71.5;
export const DEGREES = 20;
const FEWEST = 8;

const path = (station: number) => ({ path: { station_id: station } });

export class World {
  readonly operator = new Operator();
  readonly riders = [newUser(), newUser(), newUser()];
  readonly stations: number[] = [];
  readonly #chance: Chance;
  readonly #phones: Client[];
  readonly #admin: Client;
  #changes = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#phones = this.riders.map((rider) => clientOf(rider, "rider"));
    this.#admin = clientOf(newUser(), "admin");
  }

  async begin(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.#open();
  }

  get changes(): number {
    return this.#changes;
  }

  /** One thing happens. What the rules forbid at the moment doesn't. */
  async step(): Promise<void> {
    const deeds = [
      ...Array(6).fill(() => this.#book()),
      ...Array(3).fill(() => this.#notify()),
      ...Array(3).fill(() => this.#move()),
      ...Array(3).fill(() => this.#rename()),
      () => this.#open(),
      () => this.#remove(),
      () => this.operator.stock(this.#chance.one(this.stations), 1),
    ];
    try {
      await this.#chance.one(deeds)();
      this.#changes += 1;
    } catch (error) {
      const refused = error instanceof SwapwireError && [404, 409].includes(error.status);
      if (!refused) throw error;
    }
  }

  #longitude(): number {
    return this.#chance.between(0, DEGREES * 10) / 10;
  }

  async #open(): Promise<void> {
    const station = await this.operator.station(`Random ${this.#changes}`, LATITUDE, this.#longitude());
    await this.operator.stock(station, 3);
    this.stations.push(station);
  }

  async #remove(): Promise<void> {
    if (this.stations.length <= FEWEST) return;
    const station = this.#chance.one(this.stations);
    await this.operator.http.delete("/stations/{station_id}/", path(station));
    this.stations.splice(this.stations.indexOf(station), 1);
  }

  async #move(): Promise<void> {
    const body = { longitude: this.#longitude() };
    await this.operator.http.patch("/stations/{station_id}/", { ...path(this.#chance.one(this.stations)), body });
  }

  async #rename(): Promise<void> {
    const body = { name: `Renamed ${this.#changes}` };
    await this.operator.http.patch("/stations/{station_id}/", { ...path(this.#chance.one(this.stations)), body });
  }

  async #book(): Promise<void> {
    const { http } = this.#chance.one(this.#phones);
    const collects = this.#chance.next() < 0.3;
    const order = await http.book(this.#chance.one(this.stations));
    const end = collects ? "/user/orders/{order_id}/collect/" : "/user/orders/{order_id}/cancel/";
    await http.post(end, { path: { order_id: order.id } });
  }

  async #notify(): Promise<void> {
    const body = { user_id: this.#chance.one(this.riders), title: "Random", message: "Hello", level: "info" as const };
    await this.#admin.http.post("/notifications/", { body });
  }

  /** All stations of the deployment, as `GET /stations/` has them. */
  async truth(): Promise<Map<number, StationRecord>> {
    const all = new Map<number, StationRecord>();
    let after: string | undefined;
    do {
      const query = { limit: 500, ...(after !== undefined && { after }) };
      const page = await this.operator.http.get("/stations/", { query });
      for (const station of page.items) all.set(station.id, station);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return all;
  }

  /** The inbox of a rider: the id of each message and of its event. */
  async inboxOf(rider: number): Promise<[number, string][]> {
    const { http } = this.#phones[this.riders.indexOf(rider)] as Client;
    const items: [number, string][] = [];
    for (let after: string | undefined; ; ) {
      const query = { limit: 100, ...(after !== undefined && { after }) };
      const page = await http.get("/user/notifications/", { query });
      items.push(...page.items.map(({ id, event_id }): [number, string] => [id, event_id]));
      if (!page.next) return items;
      after = page.next;
    }
  }
}
