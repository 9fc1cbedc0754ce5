// Until when this screen was live: what the figures of a page without a connection are as of, also after a reload.

import type { Connection } from "@swapwire/client";
import { useEffect, useState } from "react";

const KEY = "swapwire.last-live";
const NOTED_EVERY_MS = 10_000;

function read(): number | null {
  const kept = Number(localStorage.getItem(KEY));
  return kept > 0 ? kept : null;
}

/** Milliseconds since 1970, or null where nothing was ever live. While the connection is live the answer is not used. */
export function useLastLive({ phase }: Connection): number | null {
  const [last, setLast] = useState(read);
  useEffect(() => {
    if (phase !== "live") return setLast(read());
    const note = () => localStorage.setItem(KEY, String(Date.now()));
    note();
    const timer = setInterval(note, NOTED_EVERY_MS);
    return () => {
      clearInterval(timer);
      note();
    };
  }, [phase]);
  return last;
}
