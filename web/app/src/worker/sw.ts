// The service worker: shows notifications, and brings the app up without a network. It alone shows notifications, so that
// one that arrives by push and by the open page's socket is seen once: both have the same tag.

import { isShowRequest, open, show } from "./notifications.ts";
import { serveFromCache, storeShell } from "./shell_cache.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  event.waitUntil(storeShell());
  // The shell's files carry hashes, so an old page and a new worker get on.
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const answer = serveFromCache(event.request);
  if (answer) event.respondWith(answer);
});

self.addEventListener("push", (event) => {
  event.waitUntil(show(self, event.data?.json() ?? null));
});

/** An open page that nobody looks at hands its live messages over. */
self.addEventListener("message", (event) => {
  if (isShowRequest(event.data)) event.waitUntil(show(self, event.data.notification));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(self, event.notification.data));
});
