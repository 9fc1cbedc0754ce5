// Where the rider is, if they let us know. Nobody is asked before they press "near me"; where the answer was yes on an
// earlier visit, it is used at once.

import { distanceKm, type Point } from "@swapwire/react";
import { useCallback, useEffect, useSyncExternalStore } from "react";

export interface Position {
  readonly state: "unknown" | "locating" | "known" | "denied" | "unavailable";
  /** The last one known. */
  readonly point: Point | null;
}

/** Standing still, a phone's position wanders by some metres; that is no reason to order the list anew. */
const MOVED_KM = 0.03;

let position: Position = { state: "unknown", point: null };
let watch: number | null = null;
let users = 0;
const listeners = new Set<() => void>();

function set(next: Position): void {
  position = next;
  for (const listener of listeners) listener();
}

function heard({ coords: { latitude, longitude } }: GeolocationPosition): void {
  const { state, point } = position;
  if (state === "known" && point && distanceKm(point, { latitude, longitude }) < MOVED_KM) return;
  set({ state: "known", point: { latitude, longitude } });
}

function failed({ code, PERMISSION_DENIED }: GeolocationPositionError): void {
  if (code === PERMISSION_DENIED) {
    stop();
    set({ state: "denied", point: null });
  } else if (!position.point) set({ state: "unavailable", point: null });
}

function start(): void {
  if (watch !== null) return;
  if (!("geolocation" in navigator)) return set({ state: "unavailable", point: null });
  if (!position.point) set({ state: "locating", point: null });
  watch = navigator.geolocation.watchPosition(heard, failed, { maximumAge: 30_000, timeout: 15_000 });
}

function stop(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

async function startIfAllowed(): Promise<void> {
  const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (permission?.state === "granted" && users > 0) start();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function usePosition(): Position & { locate(): void } {
  const shown = useSyncExternalStore(subscribe, () => position);
  useEffect(() => {
    users += 1;
    void startIfAllowed();
    return () => {
      users -= 1;
      // The GPS rests while no page needs it.
      if (users === 0) stop();
    };
  }, []);
  const locate = useCallback(() => {
    stop();
    start();
  }, []);
  return { ...shown, locate };
}
