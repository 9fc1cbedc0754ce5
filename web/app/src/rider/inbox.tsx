// The messages of whoever is signed in. Seeing them marks them as read; what was new when the page was opened stays
// marked as new until one leaves it.

import type { InboxItem } from "@swapwire/client";
import { useNotifications } from "@swapwire/react";
import { BellRing, CircleAlert, CircleCheck, Info, type LucideIcon, Mail, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useFormat } from "../i18n/context.tsx";
import { Badge } from "../ui/badge.tsx";
import { useNow } from "../ui/clock.ts";
import { Empty, Panel, Skeleton } from "../ui/panel.tsx";
import { useToast } from "../ui/toast.tsx";
import css from "./inbox.module.css";
import { useText } from "./text.ts";

export function Inbox() {
  const text = useText().inbox;
  const { items, complete } = useNotifications();
  const fresh = useSeen();
  return (
    <div className={css.page}>
      <h1>{text.title}</h1>
      <Panel flush>
        {items.length > 0 ? (
          <ol className={css.messages}>
            {items.map((item) => (
              <Message key={item.id} item={item} fresh={fresh.has(item.id)} />
            ))}
          </ol>
        ) : complete ? (
          <Empty icon={<Mail size={32} aria-hidden="true" />} title={text.empty}>
            <p>{text.emptyHint}</p>
          </Empty>
        ) : (
          <Skeleton lines={6} label={text.loading} />
        )}
      </Panel>
      {items.length > 0 && !complete && <p className={css.incomplete}>{text.incomplete}</p>}
    </div>
  );
}

/** Marks everything as read while the page is in sight, and answers which messages were new when they were first seen. */
function useSeen(): ReadonlySet<number> {
  const text = useText().inbox;
  const show = useToast();
  const { items, unread, complete, markRead } = useNotifications();
  const [fresh, setFresh] = useState<ReadonlySet<number>>(new Set());
  const failedAt = useRef(0);
  useEffect(() => {
    const newest = items[0];
    if (!complete || unread === 0 || !newest || failedAt.current === newest.id) return;
    const mark = () => {
      if (document.hidden) return;
      const ids = items.filter(({ read_at }) => !read_at).map(({ id }) => id);
      setFresh((before) => new Set([...before, ...ids]));
      markRead(newest.id).catch(() => {
        // They are unread again; the next message or visit tries anew.
        failedAt.current = newest.id;
        show(text.markFailed, "bad");
      });
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [items, unread, complete, markRead, show, text]);
  return fresh;
}

const looks: Record<InboxItem["level"], { icon: LucideIcon; tone: string | undefined }> = {
  success: { icon: CircleCheck, tone: css.good },
  info: { icon: Info, tone: css.info },
  warning: { icon: TriangleAlert, tone: css.warn },
  error: { icon: CircleAlert, tone: css.bad },
};

function Message({ item, fresh }: { item: InboxItem; fresh: boolean }) {
  const text = useText().inbox;
  const format = useFormat();
  const { icon, tone } = looks[item.level];
  const Icon = item.type === "booking_expiring" ? BellRing : icon;
  const isNew = fresh || !item.read_at;
  return (
    <li className={`${css.message} ${isNew ? css.new : ""}`}>
      <Icon size={20} aria-hidden="true" className={`${css.icon} ${tone}`} />
      <div className={css.body}>
        <p className={css.title}>
          <strong>{item.title || text.types[item.type] || item.type}</strong>
          {isNew && <Badge tone="info">{text.new}</Badge>}
        </p>
        <p className={css.text}>{item.message}</p>
        <p className={css.foot}>
          <time dateTime={item.created_at} title={format.dateTime(item.created_at)}>
            <When at={item.created_at} />
          </time>
          {item.booking_id != null && <Link href="/orders">{text.toBooking}</Link>}
        </p>
      </div>
    </li>
  );
}

const DAY_MS = 24 * 60 * 60_000;

function When({ at }: { at: string }) {
  const format = useFormat();
  const now = useNow();
  return now - new Date(at).getTime() < DAY_MS ? format.relative(at, now) : format.dateTime(at);
}
