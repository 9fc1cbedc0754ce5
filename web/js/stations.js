// What is known of every station: applies the messages of /ws/stations/, never goes back in revision.
// No DOM here; `onChange(station, before, event)`, `onRemove(id)` and `onReplace()` tell the board.

const COUNTS = ["available_batteries", "booked_batteries", "unavailable_batteries", "total_batteries"];

export class Stations {
  /** station_id → the latest snapshot item, with `message`, `last` and `countsRevision` of our own. */
  byId = new Map();
  /** A complete snapshot has arrived at least once. */
  known = false;
  #incoming = null; // the snapshot under way: { byId, removed }
  #removed = new Map(); // station_id → revision at removal: a late repeat must not revive it
  #listener;

  constructor(listener) {
    this.#listener = listener;
  }

  apply(message) {
    switch (message.type) {
      case "connection_established":
        this.#incoming = message.recovered === true ? null : { byId: new Map(), removed: new Set() };
        break;
      case "inventory_snapshot":
        this.#takeSnapshot(message);
        break;
      case "inventory_update":
        this.#takeUpdate(message);
        break;
      case "station_status":
        this.#takeStatus(message);
        break;
      case "battery_booked":
      case "battery_collected":
      case "battery_added":
      case "battery_removed":
      case "battery_released":
        this.#takeBatteryEvent(message);
        break;
    }
  }

  /** Frames gather until `complete`; then they replace everything, lower revisions included. */
  #takeSnapshot(message) {
    this.#incoming ??= { byId: new Map(), removed: new Set() };
    const { byId, removed } = this.#incoming;
    for (const item of message.stations ?? []) {
      const newer = byId.get(item.station_id);
      if (removed.has(item.station_id) || (newer && newer.revision >= item.revision)) continue;
      byId.set(item.station_id, { ...state(item), message: null, last: null });
    }
    if (message.complete !== true) return;
    for (const [id, station] of byId) {
      const held = this.byId.get(id);
      station.message ??= held?.message ?? null;
      station.last ??= held?.last ?? null;
    }
    this.byId = byId;
    this.#incoming = null;
    this.#removed.clear();
    this.known = true;
    this.#listener.onReplace();
  }

  #takeUpdate(message) {
    const id = message.station_id;
    // A slow screen, or one that comes back, may hear of a removal from the state alone.
    if (message.status === "removed") return this.#remove(id, message.revision);
    // An update between two snapshot frames counts for both: what is shown and what is gathered.
    if (this.#incoming) {
      const gathered = this.#incoming.byId.get(id);
      if (!gathered || gathered.revision < message.revision) this.#incoming.byId.set(id, merge(gathered, message));
      if (!this.known) return;
    }
    if ((this.#removed.get(id) ?? -1) >= message.revision) return;
    const held = this.byId.get(id);
    if (held && held.revision >= message.revision) return;
    const next = merge(held, message);
    // A battery event of the same read says it better ("battery 7 booked").
    if (held?.countsRevision === message.revision) next.last = held.last;
    else next.last = { text: ACTIONS[message.action] ?? ACTIONS.update, at: message.timestamp };
    this.byId.set(id, next);
    this.#listener.onChange(next, held ?? null);
  }

  /** Counts come with the event; the rest of the state comes with its inventory_update, so `revision` stays. */
  #takeBatteryEvent(message) {
    const last = { text: `${batteries(message)} ${EVENTS[message.type]}`, at: message.timestamp };
    for (const byId of new Set([this.#incoming?.byId, this.byId])) {
      const held = byId?.get(message.station_id);
      if (!held || held.revision > message.revision) continue;
      const next = { ...held, last };
      if (message.revision > held.revision && message.revision >= held.countsRevision) {
        next.countsRevision = message.revision;
        next.available_batteries = message.available_batteries;
        next.booked_batteries = message.booked_batteries;
        next.total_batteries = message.total_batteries;
        next.unavailable_batteries = message.total_batteries - message.available_batteries - message.booked_batteries;
      }
      byId.set(message.station_id, next);
      if (byId === this.byId) this.#listener.onChange(next, held);
    }
  }

  /** The status itself comes with the inventory_update; from here only the words, shown while they fit it. */
  #takeStatus(message) {
    const id = message.station_id;
    if (message.status === "removed") return this.#remove(id, this.byId.get(id)?.revision ?? -1);
    for (const byId of new Set([this.#incoming?.byId, this.byId])) {
      const held = byId?.get(id);
      if (!held) continue;
      const next = {
        ...held,
        message: message.message ? { status: message.status, text: message.message } : null,
        last: { text: `Station ${message.status}`, at: message.timestamp },
      };
      byId.set(id, next);
      if (byId === this.byId) this.#listener.onChange(next, held);
    }
  }

  #remove(id, revision) {
    this.#incoming?.byId.delete(id);
    this.#incoming?.removed.add(id);
    const held = this.byId.get(id);
    if (held && held.revision > revision) return;
    this.#removed.set(id, Math.max(revision, this.#removed.get(id) ?? -1));
    if (this.byId.delete(id)) this.#listener.onRemove(id);
  }

  totals() {
    const sum = { stations: this.byId.size, online: 0, available: 0, booked: 0, unavailable: 0, batteries: 0 };
    for (const station of this.byId.values()) {
      if (station.status === "online") sum.online += 1;
      sum.available += station.available_batteries;
      sum.booked += station.booked_batteries;
      sum.unavailable += station.unavailable_batteries;
      sum.batteries += station.total_batteries;
    }
    return sum;
  }
}

const ACTIONS = {
  update: "Updated", add: "Battery added", remove: "Battery removed", book: "Battery booked", collect: "Battery collected",
  release: "Battery released", create: "Station created", status: "Status changed", test: "Test update",
};
const EVENTS = {
  battery_booked: "booked", battery_collected: "collected", battery_added: "added", battery_removed: "removed", battery_released: "released",
};

function batteries({ battery_id, battery_ids }) {
  if (!Array.isArray(battery_ids)) return `Battery ${battery_id}`;
  return battery_ids.length === 1 ? `Battery ${battery_ids[0]}` : `${battery_ids.length} batteries`;
}

/** The fields of a snapshot item, and nothing a newer server may add. */
function state(item) {
  const taken = { station_id: item.station_id, station_name: item.station_name, status: item.status, timestamp: item.timestamp, revision: item.revision, countsRevision: -1 };
  for (const count of COUNTS) taken[count] = item[count];
  return taken;
}

function merge(held, message) {
  const next = { ...state(message), message: held?.message ?? null, last: held?.last ?? null };
  // Counts of a later battery event stay.
  if (held && held.countsRevision > message.revision) {
    next.countsRevision = held.countsRevision;
    for (const count of COUNTS) next[count] = held[count];
  }
  return next;
}
