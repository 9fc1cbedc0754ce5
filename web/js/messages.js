// The rider's messages, newest first, each once (by notification_id), from the socket and from the inbox.
// The inbox fills the gap whenever the socket could not prove that nothing was missed.

import * as api from "./api.js";
import { clockTime } from "./time.js";

const byId = (id) => document.getElementById(id);
const template = byId("message-template");
const TITLES = {
  booking_confirmed: "Booking confirmed", booking_ready: "Battery ready", booking_collected: "Battery collected",
  booking_cancelled: "Booking cancelled", booking_expired: "Booking expired", booking_expiring: "Booking expires soon",
};
const LEVELS = {
  booking_confirmed: "success", booking_ready: "success", booking_collected: "success",
  booking_cancelled: "info", booking_expired: "error", booking_expiring: "warning",
};
const MOST_SHOWN = 100;
const MOST_PAGES = 20;
const RETRY_MS = 5_000;

export class Messages {
  #list = byId("messages");
  #token = null;
  #seen = new Set(); // notification ids on the screen or shown before
  #highest = 0; // no gap up to here: where the inbox is read from
  #reading = 0;
  #gap = true; // something may have been missed, and the inbox has not been read since
  #onUnauthorized;

  constructor(onUnauthorized) {
    this.#onUnauthorized = onUnauthorized;
  }

  use(token, sameRider) {
    this.#token = token;
    if (sameRider) return;
    this.#reading += 1;
    this.#seen.clear();
    this.#highest = 0;
    this.#gap = true;
    this.#list.replaceChildren();
    this.#count();
  }

  /** True for a message that belongs here and is new. */
  take(message) {
    if (message.type !== "notification" && !(message.type in TITLES)) return false;
    return this.#add(message, message.notification_id, message.timestamp);
  }

  /** The socket is open: with everything since the last time, or it can't prove it. */
  connected(recovered) {
    this.#gap ||= !recovered;
    if (this.#gap) this.#readInbox();
  }

  /** Everything after the last id without a gap. Quiet on failure: it reads again until it has read all. */
  async #readInbox() {
    const token = this.#token;
    if (!token) return;
    const reading = this.#reading += 1;
    // Old messages on the first load are not news: they are not read out.
    this.#list.setAttribute("aria-live", "off");
    try {
      let cursor = this.#highest || null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = await api.inbox(token, cursor);
        if (reading !== this.#reading) return;
        for (const item of answer.items) this.#add(item, item.notification_id ?? item.id, item.timestamp ?? item.created_at);
        cursor = answer.next;
        if (!cursor) break;
      }
      this.#gap = false;
    } catch (problem) {
      if (reading !== this.#reading) return;
      if (problem.status === 401) this.#onUnauthorized(problem);
      else setTimeout(() => { if (reading === this.#reading) this.#readInbox(); }, RETRY_MS);
    } finally {
      if (reading === this.#reading) requestAnimationFrame(() => this.#list.setAttribute("aria-live", "polite"));
    }
  }

  #add(message, id, at) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    while (this.#seen.has(this.#highest + 1)) this.#highest += 1;
    const node = template.content.firstElementChild.cloneNode(true);
    node.dataset.id = id;
    node.dataset.level = message.level ?? LEVELS[message.type] ?? "info";
    node.querySelector(".message-title").textContent = message.title ?? TITLES[message.type] ?? "Message";
    node.querySelector(".message-text").textContent = message.message ?? "";
    const time = node.querySelector(".message-time");
    time.textContent = clockTime(at);
    time.dateTime = at ?? "";
    // Newest first by id, wherever it came from.
    const older = [...this.#list.children].find((other) => Number(other.dataset.id) < id) ?? null;
    this.#list.insertBefore(node, older);
    while (this.#list.children.length > MOST_SHOWN) this.#list.lastElementChild.remove();
    this.#count();
    return true;
  }

  #count() {
    const shown = this.#list.children.length;
    byId("messages-count").textContent = shown ? String(shown) : "";
    byId("messages-empty").hidden = shown > 0;
  }
}
