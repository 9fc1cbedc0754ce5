// The frame around every page: navigation, connection, sign-in, settings. German.

import type en from "../en/shell.ts";

const texts: typeof en = {
  brand: "Swapwire",
  skip: "Zum Inhalt",
  loading: "Lädt",
  close: "Schließen",
  dismiss: "Ausblenden",
  retry: "Erneut versuchen",
  nav: {
    main: "Hauptnavigation",
    find: "Akku finden",
    orders: "Meine Akkus",
    inbox: "Nachrichten",
    settings: "Einstellungen",
    operator: "Meine Stationen",
    wall: "Wand",
    batteries: "Akkus",
    network: "Netz",
    analytics: "Auswertung",
    events: "Live-Ereignisse",
    notify: "Nachricht senden",
    health: "Zustand",
    docs: "API",
    unread: (count) => `${count} ungelesen`,
  },
  connection: {
    live: "Live",
    liveIn: (ms) => `Live, ${ms} ms`,
    connecting: "Verbindet…",
    stale: (since) => `Seit ${since} keine Neuigkeiten aus dem Netz. Die Zahlen sind von diesem Zeitpunkt.`,
    asOf: (time) => `Die Zahlen sind von ${time}.`,
    waiting: (seconds) => `Verbindung verloren. Nächster Versuch in ${seconds} s.`,
    lostShort: "Nicht live",
    refused: (reason) => `Die Verbindung wurde abgelehnt: ${reason}`,
    back: "Wieder live. Nichts wurde verpasst.",
    viaStream: "Live über einen Ereignisstrom, weil WebSockets hier blockiert sind.",
  },
  signIn: {
    title: "Anmelden",
    lead: "Ansehen darf jeder. Zum Buchen oder zum Betreiben von Stationen bitte anmelden.",
    demo: "Demo-Identitäten",
    demoHint: "Diese Kopie läuft auf Ihrem Rechner. Wählen Sie, wer Sie sein möchten.",
    withProvider: "Mit Ihrem Konto anmelden",
    none: "Hier ist keine Anmeldung eingerichtet. Die Seite zum Betrieb in der Dokumentation sagt, wie das geht.",
    as: (label) => `Angemeldet als ${label}`,
    out: "Abmelden",
    failed: "Die Anmeldung ist fehlgeschlagen.",
    finishing: "Sie werden angemeldet…",
    roles: { rider: "Fahrer", operator: "Betreiber", admin: "Verwaltung" },
    needed: "Für diese Seite bitte anmelden.",
    notAllowed: (role) => `Diese Seite ist für die Rolle ${role}.`,
  },
  settings: {
    title: "Einstellungen",
    language: "Sprache",
    unreviewed:
      "Diese Übersetzung wurde nicht von einem Muttersprachler geprüft. Datumsangaben folgen dem gregorianischen Kalender, Zeiten der 24-Stunden-Uhr.",
    theme: "Farben",
    themes: { system: "Wie das Gerät", light: "Hell", dark: "Dunkel" },
    account: "Konto",
  },
  notFound: { title: "Diese Seite gibt es nicht", home: "Zurück zur Karte" },
  broken: { title: "Diese Seite funktioniert nicht mehr", reload: "Neu laden" },
};

export default texts;
