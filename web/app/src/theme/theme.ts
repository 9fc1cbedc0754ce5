// Light, dark, or as the device says.

import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const KEY = "swapwire.theme";
const listeners = new Set<() => void>();
let current: Theme = themes.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";

/** Before the first paint, so that nothing flashes in the other colours. */
export function applyTheme(): void {
  if (current === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}

export function chooseTheme(theme: Theme): void {
  current = theme;
  localStorage.setItem(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => current);
}

/** True when dark colours are shown, whoever asked for them: for canvases, which no style sheet reaches. */
export function useIsDark(): boolean {
  const theme = useTheme();
  const device = useSyncExternalStore(subscribeToDevice, () => deviceIsDark().matches);
  return theme === "system" ? device : theme === "dark";
}

const deviceIsDark = () => matchMedia("(prefers-color-scheme: dark)");

function subscribeToDevice(listener: () => void): () => void {
  const query = deviceIsDark();
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
