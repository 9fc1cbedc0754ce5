// Keeps a list of batteries up to date: anew shortly after the live state of a station says that something changed, and
// every few seconds, since no message tells of a charge.

import { useEffect, useRef } from "react";

const AFTER_MS = 400;
const EVERY_MS = 20_000;

/** `cause`: what changes when something happened; null while it should rest. */
export function useRefreshing(refresh: () => Promise<void>, cause: unknown): void {
  const seen = useRef(cause);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => {
    if (cause === null || cause === seen.current) return;
    seen.current = cause;
    // The next change does not put it off: a busy station would never be asked for.
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void latest.current();
    }, AFTER_MS);
  }, [cause]);
  useEffect(() => {
    const repeat = setInterval(() => document.visibilityState === "visible" && void latest.current(), EVERY_MS);
    return () => {
      clearInterval(repeat);
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
}
