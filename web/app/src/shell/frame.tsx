// The frame around every page but the kiosk: brand, navigation by role, connection, account.

import {
  BookOpen,
  CircleUserRound,
  Inbox,
  type LucideIcon,
  MapPin,
  Package,
  Settings,
  Store,
  Waypoints,
} from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { Link, useRoute } from "wouter";
import { Arrivals } from "../rider/arrivals.tsx";
import { useSession } from "../session/context.tsx";
import type { Role } from "../session/session.ts";
import { ConnectionBanner } from "./connection_banner.tsx";
import { ConnectionChip } from "./connection_chip.tsx";
import css from "./frame.module.css";
import { useText } from "./text.ts";
import { UnreadCount } from "./unread_count.tsx";

const BackgroundMessages = lazy(() => import("../push/background_messages.tsx"));

interface Place {
  readonly href: string;
  readonly name: "find" | "orders" | "inbox" | "operator" | "network" | "settings";
  readonly icon: LucideIcon;
}

const find: Place = { href: "/", name: "find", icon: MapPin };
const orders: Place = { href: "/orders", name: "orders", icon: Package };
const inbox: Place = { href: "/inbox", name: "inbox", icon: Inbox };
const operator: Place = { href: "/operator", name: "operator", icon: Store };
const network: Place = { href: "/network", name: "network", icon: Waypoints };
const settings: Place = { href: "/settings", name: "settings", icon: Settings };

const places: Record<Role | "nobody", readonly Place[]> = {
  nobody: [find, settings],
  rider: [find, orders, inbox, settings],
  operator: [operator, find, inbox, settings],
  admin: [network, operator, find, inbox, settings],
};

export function Frame({ children }: { children: ReactNode }) {
  const text = useText();
  const { session } = useSession();
  return (
    <div className={css.frame}>
      <a className={css.skip} href="#content">
        {text.skip}
      </a>
      <header className={css.bar}>
        <Link href="/" className={css.brand}>
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>{text.brand}</span>
        </Link>
        <nav className={css.nav} aria-label={text.nav.main}>
          {places[session?.role ?? "nobody"].map((place) => (
            <NavLink key={place.href} {...place} signedIn={session !== null} />
          ))}
        </nav>
        <div className={css.end}>
          <ConnectionChip />
          <a className={css.docs} href="/docs/">
            <BookOpen size={18} aria-hidden="true" />
            {text.nav.docs}
          </a>
          <Account />
        </div>
      </header>
      <ConnectionBanner />
      {session && (
        <Suspense fallback={null}>
          <Arrivals />
        </Suspense>
      )}
      <main id="content" className={css.content} tabIndex={-1}>
        {children}
      </main>
      {session && "Notification" in window && (
        <Suspense fallback={null}>
          <BackgroundMessages />
        </Suspense>
      )}
    </div>
  );
}

function NavLink({ href, name, icon: Icon, signedIn }: Place & { signedIn: boolean }) {
  const text = useText();
  const [exact] = useRoute(href);
  const [below] = useRoute(`${href}/*?`);
  const current = href === "/" ? exact : below;
  return (
    <Link href={href} className={css.link} aria-current={current ? "page" : undefined}>
      <Icon size={20} aria-hidden="true" />
      <span>{text.nav[name]}</span>
      {name === "inbox" && signedIn && (
        <Suspense fallback={null}>
          <UnreadCount />
        </Suspense>
      )}
    </Link>
  );
}

function Account() {
  const text = useText().signIn;
  const { session } = useSession();
  if (!session) {
    return (
      <Link href="/sign-in" className={css.account} aria-label={text.title}>
        <CircleUserRound size={20} aria-hidden="true" />
        <span>{text.title}</span>
      </Link>
    );
  }
  return (
    <Link href="/settings" className={css.account} aria-label={text.as(session.label)}>
      <CircleUserRound size={20} aria-hidden="true" />
      <span>{session.label}</span>
    </Link>
  );
}
