// One station on a screen at its door: no token, no touch, readable from three metres, honest about its age.

import type { Station } from "@swapwire/client";
import { useConnection, useStation } from "@swapwire/react";
import { Maximize } from "lucide-react";
import { useEffect, useState } from "react";
import { useFormat } from "../i18n/context.tsx";
import { Dot } from "../ui/badge.tsx";
import { IconButton } from "../ui/button.tsx";
import { useNow } from "../ui/clock.ts";
import css from "./kiosk.module.css";
import { useText } from "./text.ts";
import { useWakeLock } from "./wake_lock.ts";

/** A passing interruption is not worth a warning across the screen. */
const TOLERATED_MS = 5_000;

export default function Kiosk({ station: name }: { station: string }) {
  const text = useText();
  const id = /^[1-9]\d{0,15}$/.test(name) ? Number(name) : 0;
  return id === 0 ? <Message>{text.unknown(name)}</Message> : <LiveKiosk id={id} />;
}

function LiveKiosk({ id }: { id: number }) {
  const text = useText();
  const station = useStation(id);
  const staleSince = useStaleSince();
  useWakeLock();
  if (station === null) return <Message>{text.unknown(String(id))}</Message>;
  if (station === undefined) return <Message>{staleSince === null ? text.loading : text.neverLive}</Message>;
  return (
    <main className={`${css.kiosk} ${css[toneOf(station)]}`} data-stale={staleSince !== null || undefined}>
      <header className={css.head}>
        <h1>{station.station_name}</h1>
        <Clock />
      </header>
      <Figures station={station} />
      <Footer staleSince={staleSince} />
    </main>
  );
}

function Message({ children }: { children: string }) {
  return (
    <main className={`${css.kiosk} ${css.closed}`}>
      <p className={css.message} role="status">
        {children}
      </p>
    </main>
  );
}

function toneOf({ status, available_batteries }: Station): "ready" | "empty" | "closed" {
  if (status !== "online") return "closed";
  return available_batteries > 0 ? "ready" : "empty";
}

function Figures({ station }: { station: Station }) {
  const text = useText();
  const format = useFormat();
  const { status, available_batteries: available, booked_batteries: booked, unavailable_batteries: away } = station;
  if (status !== "online") {
    return (
      <div className={css.figures}>
        <p className={css.statement}>{status === "offline" ? text.offline : text.maintenance}</p>
      </div>
    );
  }
  return (
    <div className={css.figures} role="status">
      <p className={css.count}>{format.number(available)}</p>
      <p className={css.statement}>{available === 0 ? text.none : text.full(available)}</p>
      <p className={css.beside}>
        {[booked > 0 && text.reserved(format.number(booked)), away > 0 && text.charging(format.number(away))]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}

function Footer({ staleSince }: { staleSince: number | null }) {
  const text = useText();
  const format = useFormat();
  if (staleSince !== null) {
    return (
      <p className={css.stale} role="alert">
        {text.stale(format.time(staleSince))}
      </p>
    );
  }
  return (
    <footer className={css.foot}>
      <span className={css.live}>
        <Dot tone="good" />
        {text.live}
      </span>
      {document.fullscreenEnabled && !document.fullscreenElement && (
        <IconButton label={text.fullScreen} onClick={() => void document.documentElement.requestFullscreen()}>
          <Maximize size={22} aria-hidden="true" />
        </IconButton>
      )}
    </footer>
  );
}

function Clock() {
  const format = useFormat();
  const now = useNow();
  return <time className={css.clock}>{format.time(now)}</time>;
}

/** Since when the figures have not been live, or null while they are. */
function useStaleSince(): number | null {
  const connection = useConnection();
  const [since, setSince] = useState<number | null>(null);
  const live = connection.phase === "live";
  // The gateway itself says since when it has heard nothing.
  const feedSince = connection.phase === "stale" ? Date.parse(connection.since) : null;
  useEffect(() => {
    if (live) return setSince(null);
    // The figures are of the moment when the connection went, not of the moment when the warning appears.
    const lost = feedSince ?? Date.now();
    const timer = setTimeout(() => setSince((before) => before ?? lost), TOLERATED_MS);
    return () => clearTimeout(timer);
  }, [live, feedSince]);
  return since;
}
