// Hands the live messages of a page that nobody looks at to the service worker, which shows them as notifications.

import type { RiderMessage } from "@swapwire/client";
import { usePreferences, useRiderMessages } from "@swapwire/react";
import { worker } from "./registration.ts";
import { useText } from "./text.ts";

export default function BackgroundMessages() {
  const { names } = useText();
  const { preferences } = usePreferences();
  useRiderMessages((message) => {
    const wanted = preferences?.push[message.type] ?? false;
    if (!wanted || !document.hidden || Notification.permission !== "granted") return;
    void handOver(message, "title" in message ? message.title : (names[message.type] ?? ""));
  });
  return null;
}

async function handOver(message: RiderMessage, title: string): Promise<void> {
  const active = (await worker())?.active;
  const { notification_id, type, message: body } = message;
  const booking = "booking_id" in message ? { booking_id: message.booking_id } : {};
  const notification = { notification_id, type, title, message: body, level: "info", ...booking };
  active?.postMessage({ type: "show_notification", notification });
}
