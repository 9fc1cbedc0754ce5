// The rider's inbox, live.

import type { Inbox, RiderMessage } from "@swapwire/client";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { alsoShown } from "./error.ts";
import { useClient } from "./provider.tsx";
import { emptyInbox, riderOf } from "./rider-source.ts";

export interface Notifications extends Inbox {
  /** Marks this message and all before it, at once; the promise fails, and they are unread again, if that is refused. */
  markRead(upTo: number): Promise<void>;
}

const noInbox = () => emptyInbox;
const noneUnread = () => 0;

export function useNotifications(): Notifications {
  const rider = riderOf(useClient());
  const inbox = useSyncExternalStore(rider.inbox.subscribe, rider.inbox.get, noInbox);
  return useMemo(() => ({ ...inbox, markRead: (upTo) => alsoShown(rider.markRead(upTo)) }), [inbox, rider]);
}

/** Only the number for a badge: renders when it changes. */
export function useUnread(): number {
  const rider = riderOf(useClient());
  return useSyncExternalStore(rider.inbox.subscribe, () => rider.inbox.get().unread, noneUnread);
}

/** Calls back for each message that arrives live, once; the newest listener is called. Renders nothing. */
export function useRiderMessages(listener: (message: RiderMessage) => void): void {
  const rider = riderOf(useClient());
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => rider.on("*", (message) => latest.current(message)), [rider]);
}
