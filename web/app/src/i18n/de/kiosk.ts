// The screen at a station's door. German.

import type en from "../en/kiosk.ts";

const texts: typeof en = {
  full: (count) => (count === 1 ? "Akku bereit" : "Akkus bereit"),
  none: "Kein Akku bereit",
  reserved: (count) => `${count} reserviert`,
  charging: (count) => `${count} laden oder sind in Wartung`,
  offline: "Diese Station ist geschlossen",
  maintenance: "Diese Station wird gewartet",
  live: "Live",
  loading: "Verbindet…",
  stale: (time) => `Nicht live. Die Zahlen sind von ${time}.`,
  neverLive: "Nicht live. Es sind noch keine Zahlen angekommen.",
  unknown: (id) => `Eine Station ${id} gibt es nicht.`,
  fullScreen: "Vollbild",
};

export default texts;
