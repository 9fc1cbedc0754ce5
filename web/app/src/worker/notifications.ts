// What a push message or a page's live message looks like as a notification, and where a tap on it leads.

/** The text of a push message, see crates/booking/src/push/message.rs. */
export interface PushedMessage {
  readonly notification_id: number;
  readonly type: string;
  readonly title: string;
  readonly message: string;
  readonly level: string;
  readonly booking_id?: number;
}

interface ShowRequest {
  readonly type: "show_notification";
  readonly notification: PushedMessage;
}

export function isShowRequest(data: unknown): data is ShowRequest {
  return typeof data === "object" && data !== null && "type" in data && data.type === "show_notification";
}

export async function show(worker: ServiceWorkerGlobalScope, message: PushedMessage | null): Promise<void> {
  // A push without readable text must show something all the same: browsers withdraw the permission otherwise.
  if (!message) return worker.registration.showNotification("Swapwire");
  if (await isLookedAt(worker)) return;
  await worker.registration.showNotification(message.title || "Swapwire", {
    body: message.message,
    tag: `notification-${message.notification_id}`,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: { path: message.booking_id === undefined ? "/inbox" : "/orders" },
  });
}

/** A visible page shows the message itself. */
async function isLookedAt(worker: ServiceWorkerGlobalScope): Promise<boolean> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.some((page) => page.visibilityState === "visible");
}

export async function open(worker: ServiceWorkerGlobalScope, data: unknown): Promise<void> {
  const path = typeof data === "object" && data !== null && "path" in data ? String(data.path) : "/";
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(({ url }) => !new URL(url).pathname.startsWith("/kiosk/"));
  if (!page) return void (await worker.clients.openWindow(path));
  await page.focus();
  page.postMessage({ type: "go", path });
}
