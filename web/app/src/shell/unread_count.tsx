// How many messages of the inbox nobody has read yet.

import { useUnread } from "@swapwire/react";
import { useText } from "./text.ts";
import css from "./unread_count.module.css";

export function UnreadCount() {
  const text = useText();
  const unread = useUnread();
  if (unread === 0) return null;
  return (
    <span className={css.count}>
      <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
      <span className="visually-hidden">{text.nav.unread(unread)}</span>
    </span>
  );
}
