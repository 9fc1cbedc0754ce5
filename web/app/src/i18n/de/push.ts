// Which messages reach a person, and how. German.

import type en from "../en/push.ts";

const texts: typeof en = {
  title: "Benachrichtigungen",
  here: "Auf diesem Gerät benachrichtigen, auch wenn keine Seite offen ist",
  states: {
    unsupported: "Dieser Browser kann nicht benachrichtigen, wenn keine Seite offen ist.",
    denied: "Benachrichtigungen sind für diese Seite gesperrt. Das ändern die Einstellungen des Browsers.",
    off: "Aus. Nachrichten warten im Postfach.",
    on: "An.",
  },
  failed: (reason) => `Das hat nicht geklappt: ${reason}`,
  kinds: "Welche Nachrichten",
  names: {
    booking_confirmed: "Akku gebucht",
    booking_ready: "Akku geladen",
    booking_expiring: "Reservierung läuft bald ab",
    booking_expired: "Reservierung abgelaufen",
    booking_collected: "Akku abgeholt",
    booking_cancelled: "Buchung storniert",
    notification: "Neues aus dem Netz",
  },
  messages: "Sprache und Zeit der Nachrichten",
  locale: "Sprache der Nachrichten",
  zone: "Zeitzone der Nachrichten",
  zoneHint: (zone) => `Dieses Gerät ist in ${zone}.`,
};

export default texts;
