// Charts, statistics and ranges of time. German.

import type en from "../en/charts.ts";

const de: typeof en = {
  metrics: {
    bookings: "Buchungen",
    collections: "Abholungen",
    cancellations: "Stornierungen",
    expiries: "Verfallene Buchungen",
    time_to_collection: "Zeit bis zur Abholung",
    occupancy: "Auslastung",
  },
  explained: {
    bookings: "Batterien, die gebucht wurden",
    collections: "Gebuchte Batterien, die mitgenommen wurden",
    cancellations: "Buchungen, die aufgegeben wurden",
    expiries: "Buchungen, die abliefen, bevor jemand kam",
    time_to_collection: "Von der Buchung bis zur Abholung, im Mittel",
    occupancy: "Anteil der gebuchten Batterien, im Mittel",
  },
  range: {
    label: "Zeitraum",
    last: { "24h": "24 Std.", "7d": "7 Tage", "30d": "30 Tage", "90d": "90 Tage" },
    custom: "Tage…",
    from: "Von",
    to: "Bis",
    bucket: "Je",
    buckets: { hour: "Stunde", day: "Tag" },
    utcDays: "Tage nach UTC",
  },
  delta: {
    up: (share) => `${share} mehr als im Zeitraum davor`,
    down: (share) => `${share} weniger als im Zeitraum davor`,
    same: "Wie im Zeitraum davor",
    fresh: "Keine im Zeitraum davor",
    was: (value) => `davor: ${value}`,
  },
  view: { label: "Darstellung", chart: "Diagramm", table: "Tabelle" },
  csv: "CSV",
  csvOf: (title) => `${title} als CSV ausgeben`,
  now: "Dieser Zeitraum",
  before: "Zeitraum davor",
  readout: (metric) => `${metric}: Pfeiltasten gehen durch das Diagramm`,
  start: "Beginn",
  nothing: "In diesem Zeitraum ist nichts geschehen.",
  failed: "Die Statistik konnte nicht gelesen werden.",
  loading: "Statistik wird gelesen",
  retry: "Erneut versuchen",
  figures: "Kennzahlen des Zeitraums. Eine Auswahl zeigt ihr Diagramm.",
  week: {
    title: "Stunden der Woche",
    weekday: "Tag",
    hour: "Stunde",
    total: (from, to) => `Summe vom ${from} bis ${to}`,
    mean: (from, to) => `Mittel vom ${from} bis ${to}`,
    utc: "in UTC",
    local: "in Ihrer Zeitzone",
    less: "weniger",
    more: "mehr",
  },
};

export default de;
