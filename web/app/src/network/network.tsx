// The pages of the network, for admins: map and wall of all stations, analytics, live events, messages, health.

import { Activity, BellRing, ChartNoAxesCombined, HeartPulse, LayoutGrid, type LucideIcon } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, Route, Switch, useRoute } from "wouter";
import { NotFound } from "../shell/not_found.tsx";
import { Skeleton } from "../ui/panel.tsx";
import css from "./network.module.css";
import { useText } from "./text.ts";

const StationsPage = lazy(() => import("./stations/stations_page.tsx"));
const AnalyticsPage = lazy(() => import("./analytics/analytics_page.tsx"));
const EventsPage = lazy(() => import("./events/events_page.tsx"));
const NotifyPage = lazy(() => import("./notify/notify_page.tsx"));
const HealthPage = lazy(() => import("./health/health_page.tsx"));

interface Place {
  readonly href: string;
  readonly name: "stations" | "analytics" | "events" | "notify" | "health";
  readonly icon: LucideIcon;
}

const places: readonly Place[] = [
  { href: "/network", name: "stations", icon: LayoutGrid },
  { href: "/network/analytics", name: "analytics", icon: ChartNoAxesCombined },
  { href: "/network/events", name: "events", icon: Activity },
  { href: "/network/notify", name: "notify", icon: BellRing },
  { href: "/network/health", name: "health", icon: HeartPulse },
];

export default function Network() {
  const text = useText();
  return (
    <div className={css.network}>
      <nav className={css.nav} aria-label={text.nav.label}>
        {places.map((place) => (
          <PlaceLink key={place.href} {...place} />
        ))}
      </nav>
      <Suspense fallback={<Skeleton lines={8} label={text.loading} />}>
        <Switch>
          <Route path="/network" component={StationsPage} />
          <Route path="/network/analytics" component={AnalyticsPage} />
          <Route path="/network/events" component={EventsPage} />
          <Route path="/network/notify" component={NotifyPage} />
          <Route path="/network/health" component={HealthPage} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </div>
  );
}

function PlaceLink({ href, name, icon: Icon }: Place) {
  const text = useText().nav;
  const [current] = useRoute(href);
  return (
    <Link href={href} className={css.link} aria-current={current ? "page" : undefined}>
      <Icon size={17} aria-hidden="true" />
      {text[name]}
    </Link>
  );
}
