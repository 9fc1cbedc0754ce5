// Wires the page: the public stations socket to the board, the token to the rider's socket, orders and messages.
// The only module that knows all the others; each of them knows its own subject.

import { Board } from "./board.js";
import { LiveLink } from "./live.js";
import { Messages } from "./messages.js";
import { Orders } from "./orders.js";
import { Stations } from "./stations.js";
import { clockTime } from "./time.js";
import { note } from "./toast.js";
import { TokenPanel } from "./token.js";

const byId = (id) => document.getElementById(id);
const LONGEST_FRAME = 4_000; // bytes; a larger client frame closes the socket with 1009

// Stations, for everybody.
const board = new Board(async (stationId) => {
  board.markBooking(stationId, true);
  await orders.book(stations.byId.get(stationId));
  board.markBooking(stationId, false);
});
const stations = new Stations(board);
board.show(stations);

const stationsLink = new LiveLink({
  path: "/ws/stations/",
  onMessage(message) {
    if (message.type === "lagged") note("This screen fell behind", `${message.missed} events were skipped. The counts are complete.`);
    else stations.apply(message);
  },
  onPhase(link) {
    showLink(byId("stations-link"), "Stations", link);
    showStale(stations.known && link.phase !== "live");
  },
});

// The rider, with a token.
const BOOKERS = ["rider", "admin"];
let rider = null; // who the rider's socket is open for

const token = new TokenPanel((held) => useToken(held));
const refuse = (reason) => {
  token.ask(reason);
  openRiderPanel(true);
};
const unauthorized = (problem) => refuse(`The token was refused: ${problem.message} Paste a new one.`);
const orders = new Orders(unauthorized);
const messages = new Messages(unauthorized);

const riderLink = new LiveLink({
  path: "/ws/notifications/",
  protocols: () => ["swap.v1", `bearer.${token.held.token}`],
  onMessage(message) {
    if (message.type === "connection_established") {
      orders.reload();
      messages.connected(message.recovered === true);
    } else if (message.type === "error") {
      note("The live connection complains", `${message.message} (${message.code})`);
    } else if (messages.take(message) && message.type.startsWith("booking_")) {
      orders.reloadSoon();
    }
  },
  onPhase: (link) => showLink(byId("rider-link"), "Messages", link),
  onRefused: () => refuse("The token has expired or was refused. Paste a new one."),
  // A browser hides the status of a refused upgrade; the orders answer 401 when it is the token.
  onNeverOpened: () => orders.reload({ quiet: true }),
});

function useToken(held) {
  const may = held !== null && BOOKERS.includes(held.role);
  const sameRider = may && rider !== null && rider.user === held.user && rider.role === held.role;
  board.allowBooking(may);
  orders.use(may ? held.token : null, sameRider);
  messages.use(may ? held.token : null, sameRider);
  for (const id of ["orders-panel", "messages-panel", "rider-link"]) byId(id).hidden = !may;
  byId("role-note").hidden = held === null || may;
  byId("role-note").textContent = held && !may ? `The role ${held.role} books nothing and has no inbox. The stations stay live.` : "";
  showToggle();
  rider = may ? held : null;
  if (!may) {
    riderLink.stop();
  } else if (!(sameRider && renew(held.token))) {
    riderLink.start();
  }
}

/** A fresh token of the same rider goes over the open socket: no message is missed for it. */
function renew(jwt) {
  return jwt.length < LONGEST_FRAME - 100 && riderLink.send({ type: "authenticate", token: jwt });
}

function openRiderPanel(open) {
  byId("rider").hidden = !open;
  byId("rider-toggle").setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("with-rider", open);
  showToggle();
}

function showToggle() {
  const open = !byId("rider").hidden;
  const who = token.held ? `${token.held.role} ${token.held.user}` : "token panel";
  byId("rider-toggle").textContent = open ? `Hide ${who}` : token.held ? `Show ${who}` : "Use a token";
}

byId("rider-toggle").addEventListener("click", () => {
  const open = byId("rider").hidden;
  openRiderPanel(open);
  if (open && !token.held) byId("token-field").focus();
});

// What the chips at the top say, and what is read out when a phase changes.
const announced = new Map();

function showLink(node, name, link) {
  const words = {
    off: "off",
    connecting: "connecting",
    live: link.roundTripMs === null ? "live" : `live, ${Math.max(1, Math.round(link.roundTripMs))} ms`,
    waiting: `reconnecting in ${link.secondsToRetry} s`,
    refused: "needs a new token",
  }[link.phase];
  node.dataset.phase = link.phase;
  node.querySelector(".link-state").textContent = words;
  node.querySelector(".link-retry").hidden = link.phase !== "waiting";
  // Only what matters to somebody who can't see the dot: lost, and back again.
  const heard = announced.get(node) ?? "off";
  if (link.phase === "live" && heard !== "live") announce(node, "live", `${name}: live`);
  if (link.phase === "waiting" && heard !== "waiting") announce(node, "waiting", `${name}: connection lost, reconnecting`);
}

/** Figures that no longer move must not look live, least of all on a wall. */
function showStale(stale) {
  if (document.body.classList.toggle("stale", stale) === byId("stale-note").hidden) {
    byId("stale-note").hidden = !stale;
    byId("stale-note").textContent = stale ? `Not live. These are the figures of ${clockTime(new Date())}.` : "";
  }
}

function announce(node, phase, text) {
  announced.set(node, phase);
  byId("announcer").textContent = text;
}

byId("stations-link").querySelector("button").addEventListener("click", () => stationsLink.retryNow());
byId("rider-link").querySelector("button").addEventListener("click", () => riderLink.retryNow());

setInterval(() => {
  token.tick();
  orders.tick();
}, 5_000);

// On a phone the panels start folded: the stations come first.
if (matchMedia("(max-width: 40rem)").matches) byId("messages-panel").open = false;

token.restore();
if (token.held) openRiderPanel(true);
stationsLink.start();
