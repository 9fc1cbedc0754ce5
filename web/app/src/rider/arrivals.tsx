// Tells of each message when it arrives, on whatever page one is but the inbox, where it stands anyway. While the page is hidden the service worker tells instead.

import type { RiderMessage } from "@swapwire/client";
import { useRiderMessages } from "@swapwire/react";
import { useLocation } from "wouter";
import type { Tone } from "../ui/badge.tsx";
import { useToast } from "../ui/toast.tsx";
import { useText } from "./text.ts";

const tones: Record<RiderMessage["type"], Tone> = {
  booking_confirmed: "good",
  booking_ready: "good",
  booking_collected: "good",
  booking_cancelled: "info",
  booking_expired: "warn",
  booking_expiring: "warn",
  notification: "info",
};
const levels: Record<string, Tone> = { success: "good", info: "info", warning: "warn", error: "bad" };

export function Arrivals() {
  const text = useText().inbox;
  const show = useToast();
  const [path] = useLocation();
  useRiderMessages((message) => {
    if (document.hidden || path === "/inbox") return;
    const title = "title" in message ? message.title : text.types[message.type];
    const tone = "level" in message ? levels[message.level] : tones[message.type];
    const note = (
      <>
        <strong>{title}</strong>
        <br />
        {message.message}
      </>
    );
    show(note, tone);
  });
  return null;
}
