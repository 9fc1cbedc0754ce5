// The rider's orders: loaded newest first, patched by id, with collect and cancel.
// The service is asked again after every message about a booking; the list is never guessed.

import * as api from "./api.js";
import { note, failure } from "./toast.js";
import { clockTime, distance } from "./time.js";

const byId = (id) => document.getElementById(id);
const template = byId("order-template");
const STATUS = { booked: "Booked", collected: "Collected", cancelled: "Cancelled", expired: "Expired" };
const MOST_PAGES = 5; // read again at once on a reload; older ones come with "Show older"

export class Orders {
  #token = null;
  #orders = new Map(); // id → order
  #nodes = new Map(); // id → li
  #next = null; // cursor of the page after the last shown
  #loads = 0; // the number of the latest load or change: an older answer is dropped
  #timer = 0;
  #loaded = false;
  #onUnauthorized;

  constructor(onUnauthorized) {
    this.#onUnauthorized = onUnauthorized;
    byId("orders-more").addEventListener("click", () => this.#loadMore());
    byId("orders").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      const id = Number(button.closest(".order").dataset.id);
      this.#act(button, id, button.classList.contains("collect") ? "collect" : "cancel");
    });
  }

  /** Another rider, or none: nothing of the one before stays on the screen. */
  use(token, sameRider) {
    this.#token = token;
    if (sameRider) return;
    this.#loads += 1;
    clearTimeout(this.#timer);
    this.#orders.clear();
    this.#next = null;
    this.#loaded = false;
    this.#draw();
  }

  /** Several messages in a row cost one request. */
  reloadSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.reload(), 150);
  }

  /** Reads as many pages as were shown. `quiet` where the next attempt follows by itself. */
  async reload({ quiet = false } = {}) {
    const token = this.#token;
    if (!token) return;
    const load = this.#loads += 1;
    try {
      const fresh = new Map();
      let cursor = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = await api.orders(token, cursor);
        if (load !== this.#loads) return;
        for (const order of answer.items) fresh.set(order.id, order);
        cursor = answer.next;
        if (!cursor || fresh.size >= this.#orders.size) break;
      }
      this.#orders = fresh;
      this.#next = cursor;
      this.#loaded = true;
      this.#draw();
    } catch (problem) {
      if (load !== this.#loads) return;
      if (problem.status === 401) this.#onUnauthorized(problem);
      else if (!quiet) failure("Orders could not be loaded", problem);
    }
  }

  async book(station) {
    const token = this.#token;
    if (!token) return;
    try {
      const order = await api.book(token, station.station_id);
      if (token !== this.#token) return;
      this.#take(order);
      note(`Booked at ${order.station.name}`, `Battery ${order.battery.serial_number}, ${order.battery.state_of_charge_percent} % charged. Held until ${clockTime(order.expires_at)}.`);
    } catch (problem) {
      if (token !== this.#token) return;
      if (problem.status === 401) {
        this.#onUnauthorized(problem);
      } else {
        failure(`No booking at ${station.station_name}`, problem);
        this.reloadSoon();
      }
    }
  }

  /** Called every few seconds: how long a booking still holds. */
  tick() {
    for (const [id, node] of this.#nodes) {
      const order = this.#orders.get(id);
      if (order?.status === "booked") drawWhen(node, order);
    }
  }

  async #loadMore() {
    const token = this.#token;
    if (!token || !this.#next) return;
    const load = this.#loads += 1;
    try {
      const answer = await api.orders(token, this.#next);
      if (load !== this.#loads) return;
      for (const order of answer.items) this.#orders.set(order.id, order);
      this.#next = answer.next;
      this.#draw();
    } catch (problem) {
      if (load !== this.#loads) return;
      if (problem.status === 401) this.#onUnauthorized(problem);
      else failure("Older orders could not be loaded", problem);
    }
  }

  async #act(button, id, deed) {
    const token = this.#token;
    const buttons = button.parentElement.querySelectorAll("button");
    for (const each of buttons) each.setAttribute("aria-disabled", "true");
    try {
      const order = await api[deed](token, id);
      if (token !== this.#token) return;
      this.#take(order);
      note(`${STATUS[order.status] ?? order.status} at ${order.station.name}`, `Battery ${order.battery.serial_number}.`);
    } catch (problem) {
      if (token !== this.#token) return;
      if (problem.status === 401) {
        this.#onUnauthorized(problem);
      } else {
        failure(deed === "collect" ? "Not collected" : "Not cancelled", problem);
        this.reloadSoon();
      }
    } finally {
      for (const each of buttons) each.removeAttribute("aria-disabled");
    }
  }

  /** An answer newer than any list under way: that list is dropped and read again. */
  #take(order) {
    this.#loads += 1;
    this.#orders.set(order.id, order);
    this.#draw();
    this.reloadSoon();
  }

  #draw() {
    const list = byId("orders");
    for (const [id, node] of this.#nodes) {
      if (this.#orders.has(id)) continue;
      node.remove();
      this.#nodes.delete(id);
    }
    let next = list.firstElementChild;
    for (const order of [...this.#orders.values()].sort((a, b) => b.id - a.id)) {
      let node = this.#nodes.get(order.id);
      if (!node) {
        node = template.content.firstElementChild.cloneNode(true);
        node.dataset.id = order.id;
        this.#nodes.set(order.id, node);
      }
      draw(node, order);
      if (node === next) next = next.nextElementSibling;
      else list.insertBefore(node, next);
    }
    const active = [...this.#orders.values()].filter((order) => order.status === "booked").length;
    byId("orders-count").textContent = active ? `${active} active` : "";
    byId("orders-empty").hidden = this.#orders.size > 0 || !this.#loaded;
    byId("orders-more").hidden = !this.#next;
  }
}

function draw(node, order) {
  const find = (selector) => node.querySelector(selector);
  node.dataset.status = order.status;
  find(".order-station").textContent = order.station.name;
  find(".order-status").textContent = STATUS[order.status] ?? order.status;
  find(".order-battery").textContent = `Battery ${order.battery.serial_number}, ${order.battery.model}, ${order.battery.state_of_charge_percent} %`;
  drawWhen(node, order);
  find(".collect").setAttribute("aria-label", `Collect the battery at ${order.station.name}, order ${order.id}`);
  find(".cancel").setAttribute("aria-label", `Cancel order ${order.id} at ${order.station.name}`);
  const actions = find(".actions");
  const open = order.status === "booked";
  if (!open && actions.contains(document.activeElement)) node.focus();
  actions.hidden = !open;
}

function drawWhen(node, order) {
  const done = { collected: order.collected_at, cancelled: order.cancelled_at, expired: order.expires_at }[order.status];
  node.querySelector(".order-when").textContent = order.status === "booked"
    ? `Held until ${clockTime(order.expires_at)} (${distance(order.expires_at)})`
    : `${STATUS[order.status] ?? order.status} ${clockTime(done)}`;
}
