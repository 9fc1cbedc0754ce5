// This browser's subscription to Web Push: asked for by the person, kept by the booking service.

import type { Client } from "@swapwire/client";
import { worker } from "./registration.ts";

export type PushState =
  /** The browser has no Web Push, or the page is in development. */
  | "unsupported"
  /** The person has forbidden notifications; only the browser's own settings change that. */
  | "denied"
  | "off"
  | "on";

export async function pushState(): Promise<PushState> {
  const registration = await worker();
  if (!registration || !("pushManager" in registration) || !("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return (await registration.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks for the permission; it must be called from a click. */
export async function subscribe({ http }: Client): Promise<PushState> {
  const registration = await worker();
  if (!registration) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const { key } = await http.get("/push-key/");
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await http.post("/user/push-subscriptions/", { body: bodyOf(subscription) });
  return "on";
}

export async function unsubscribe({ http }: Client): Promise<PushState> {
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (!subscription) return pushState();
  // The server first: if it can't be reached, the switch stays where it was.
  await http.delete("/user/push-subscriptions/", { body: { endpoint: subscription.endpoint } });
  await subscription.unsubscribe();
  return "off";
}

function bodyOf(subscription: PushSubscription): { endpoint: string; keys: { p256dh: string; auth: string } } {
  const { endpoint, keys } = subscription.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error("The browser's subscription has no keys.");
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}
