// The grid of stations and the totals: one keyed card per station, patched once per animation frame.
// Reads from Stations; a card's node is made once and only moves when the order changes.

import { clockTime } from "./time.js";

const byId = (id) => document.getElementById(id);
const template = byId("station-template");
const number = new Intl.NumberFormat();
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const STATUS = { online: "Online", offline: "Offline", maintenance: "Maintenance" };
const COUNTS = ["available", "booked", "unavailable", "total"];
const BUSY_FRAME = 120; // cards changed in one frame: from here on nobody could follow flashes
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const byName = (a, b) => collator.compare(a.station_name, b.station_name) || a.station_id - b.station_id;

export class Board {
  #stations;
  #list = byId("board");
  #cards = new Map(); // station_id → card
  #changed = new Map(); // station_id → the station as the screen still shows it
  #replaced = false;
  #orderStale = false;
  #filterStale = false;
  #scheduled = false;
  #lastChange = null;
  #saying = 0;
  // Only what is in view flashes: every running animation is a layer of its own for the browser.
  #view = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const card = this.#cards.get(Number(entry.target.dataset.id));
      if (card) card.inView = entry.isIntersecting;
    }
  });
  #words = "";
  #onlyAvailable = false;
  #onBook;

  constructor(onBook) {
    this.#onBook = onBook;
    byId("filter-text").addEventListener("input", (event) => {
      this.#words = event.target.value.trim().toLocaleLowerCase();
      this.#refilter();
      this.#sayShownSoon();
    });
    byId("filter-available").addEventListener("change", (event) => {
      this.#onlyAvailable = event.target.checked;
      this.#refilter();
      this.#sayShownSoon();
    });
    this.#list.addEventListener("click", (event) => {
      const button = event.target.closest(".book");
      if (button && button.getAttribute("aria-disabled") !== "true") this.#onBook(Number(button.closest(".station").dataset.id));
    });
    // A card that was kept for the focus may go once the focus has left.
    this.#list.addEventListener("focusout", () => this.#refilter());
  }

  show(stations) {
    this.#stations = stations;
  }

  // What Stations reports.
  onChange(station, before) {
    if (!this.#changed.has(station.station_id)) this.#changed.set(station.station_id, before);
    if (before?.station_name !== station.station_name) this.#orderStale = true;
    if (station.last) this.#lastChange = station.last.at;
    this.#schedule();
  }

  onRemove(id) {
    this.#discard(id);
    this.#changed.delete(id);
    this.#filterStale = true;
    this.#schedule();
  }

  onReplace() {
    this.#replaced = true;
    this.#orderStale = true;
    this.#changed.clear();
    this.#schedule();
  }

  /** Book buttons appear for those who may book. */
  allowBooking(allowed) {
    this.#list.classList.toggle("can-book", allowed);
  }

  markBooking(id, busy) {
    const card = this.#cards.get(id);
    if (!card) return;
    card.booking = busy;
    patchButton(card, this.#stations.byId.get(id));
  }

  /** What a filter left over is read out once the typing pauses; live changes are not. */
  #sayShownSoon() {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => { byId("announcer").textContent = byId("shown").textContent; }, 700);
  }

  #refilter() {
    this.#filterStale = true;
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw() {
    if (this.#replaced) {
      for (const id of [...this.#cards.keys()]) if (!this.#stations.byId.has(id)) this.#discard(id);
      for (const station of this.#stations.byId.values()) this.#patch(station, null, false);
    }
    const flash = this.#changed.size <= BUSY_FRAME;
    for (const [id, before] of this.#changed) {
      const station = this.#stations.byId.get(id);
      if (station) this.#patch(station, before, flash);
    }
    this.#changed.clear();
    if (this.#orderStale) this.#reorder();
    if (this.#replaced || this.#filterStale) {
      for (const [id, card] of this.#cards) this.#filter(card, this.#stations.byId.get(id));
    }
    this.#replaced = this.#orderStale = this.#filterStale = false;
    this.#drawSums();
  }

  #discard(id) {
    const card = this.#cards.get(id);
    if (!card) return;
    this.#view.unobserve(card.node);
    card.node.remove();
    this.#cards.delete(id);
  }

  #patch(station, before, flash) {
    let card = this.#cards.get(station.station_id);
    if (!card) {
      card = newCard(station.station_id);
      this.#cards.set(station.station_id, card);
      this.#view.observe(card.node);
      this.#orderStale = true;
    }
    patchCard(card, station);
    this.#filter(card, station);
    if (flash && before && card.inView) flashCard(card, station, before);
  }

  #filter(card, station) {
    const fits = (!this.#onlyAvailable || station.available_batteries > 0)
      && (!this.#words || station.station_name.toLocaleLowerCase().includes(this.#words) || String(station.station_id) === this.#words.replace(/^#/, ""));
    const hide = !fits && !card.node.contains(document.activeElement);
    if (card.node.hidden !== hide) card.node.hidden = hide;
  }

  /** Moves only the cards that stand in the wrong place. */
  #reorder() {
    let next = this.#list.firstElementChild;
    for (const station of [...this.#stations.byId.values()].sort(byName)) {
      const { node } = this.#cards.get(station.station_id);
      if (node === next) next = next.nextElementSibling;
      else this.#list.insertBefore(node, next);
    }
  }

  #drawSums() {
    if (!this.#stations.known) return;
    const sum = this.#stations.totals();
    for (const name of ["available", "booked", "unavailable", "batteries", "online"]) {
      setText(document.querySelector(`[data-total="${name}"]`), number.format(sum[name]));
    }
    setText(document.querySelector('[data-total="stations"]'), `of ${number.format(sum.stations)} stations online`);
    // The longest total sets the size of all, so that none outgrows its box.
    byId("totals").style.setProperty("--digits", number.format(Math.max(100, sum.batteries, sum.online)).length);
    let shown = 0;
    for (const card of this.#cards.values()) if (!card.node.hidden) shown += 1;
    setText(byId("shown"), shown === sum.stations ? `${number.format(shown)} stations` : `${number.format(shown)} of ${number.format(sum.stations)} stations`);
    setText(byId("last-change"), this.#lastChange ? `Last change ${clockTime(this.#lastChange)}` : "");
    byId("board-empty").hidden = shown > 0;
    setText(byId("board-empty"), sum.stations === 0 ? "The network has no stations yet." : "No station fits the filter.");
  }
}

function newCard(id) {
  const node = template.content.firstElementChild.cloneNode(true);
  node.dataset.id = id;
  const find = (selector) => node.querySelector(selector);
  const card = {
    node, booking: false, inView: false, flash: null, counts: {}, shares: {},
    name: find(".station-name"), status: find(".status"), statusText: find(".status-text"), message: find(".station-message"),
    share: find(".share"), lastText: find(".last-text"), lastTime: find(".last-time"), book: find(".book"),
  };
  for (const count of COUNTS) card.counts[count] = { value: find(`.count-${count} .value`), delta: find(`.count-${count} .delta`), fading: null };
  return card;
}

function patchCard(card, station) {
  setText(card.name, station.station_name);
  if (card.status.dataset.status !== station.status) card.status.dataset.status = card.node.dataset.status = station.status;
  setText(card.statusText, STATUS[station.status] ?? station.status);
  const words = station.message?.status === station.status ? station.message.text : "";
  setText(card.message, words);
  card.message.hidden = !words;
  for (const count of COUNTS) setText(card.counts[count].value, number.format(station[`${count}_batteries`]));
  card.node.classList.toggle("is-empty", station.available_batteries === 0);
  const whole = Math.max(1, station.total_batteries);
  for (const count of ["available", "booked", "unavailable"]) {
    const share = (station[`${count}_batteries`] / whole).toFixed(3);
    if (card.shares[count] === share) continue;
    card.shares[count] = share;
    card.share.style.setProperty(`--${count}`, share);
  }
  setText(card.lastText, station.last?.text ?? "Updated");
  setText(card.lastTime, clockTime(station.last?.at ?? station.timestamp));
  patchButton(card, station);
}

function patchButton(card, station) {
  if (!station) return;
  const why = card.booking ? "Booking…" : station.status !== "online" ? "Closed" : station.available_batteries === 0 ? "Empty" : "";
  setText(card.book, why || "Book");
  // aria-disabled, not disabled: a button that loses its battery keeps the keyboard focus.
  card.book.setAttribute("aria-disabled", String(why !== ""));
  card.book.setAttribute("aria-label", `${why || "Book a battery"}: ${station.station_name}`);
}

/** Shows what changed and in which direction: green for more to take, amber for less, blue for the rest. */
function flashCard(card, station, before) {
  let moved = station.status !== before.status || station.station_name !== before.station_name;
  for (const count of COUNTS) {
    const difference = station[`${count}_batteries`] - before[`${count}_batteries`];
    if (difference === 0) continue;
    moved = true;
    const slot = card.counts[count];
    slot.delta.textContent = difference > 0 ? `+${difference}` : `−${-difference}`;
    slot.fading?.cancel();
    slot.fading = slot.delta.animate([{ opacity: 1 }, { opacity: 1, offset: 0.75 }, { opacity: 0 }], 4_000);
  }
  // The second message of one read (event and update share a revision) is no second change.
  const news = station.revision !== before.revision && station.revision !== before.countsRevision;
  if (!moved && !news) return;
  const more = station.available_batteries - before.available_batteries;
  const direction = more > 0 ? "up" : more < 0 ? "down" : "same";
  card.node.dataset.flash = direction;
  if (!calm.matches) {
    card.flash?.cancel();
    card.flash = card.node.animate([{ boxShadow: "inset 0 0 0 3px var(--flash)", backgroundColor: "var(--flash-back)" }, { boxShadow: "inset 0 0 0 3px transparent" }], { duration: 1_600, easing: "ease-out" });
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
