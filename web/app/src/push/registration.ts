// The service worker of this page: registered once, told of live messages while nobody looks, and heard when a
// notification was tapped.

import { allowScript } from "../security/script_urls.ts";

/** Null where the browser has no service workers, or in development. */
let registered: Promise<ServiceWorkerRegistration | null> = Promise.resolve(null);

export function registerWorker(go: (path: string) => void): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  registered = navigator.serviceWorker.register(allowScript("/sw.js")).catch(() => null);
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "go" && typeof data.path === "string") go(data.path);
  });
}

export const worker = (): Promise<ServiceWorkerRegistration | null> => registered;
