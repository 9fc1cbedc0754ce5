// The batteries that are kept for the rider: how long still, the way there, and what one can do with them.

import type { Order } from "@swapwire/client";
import { useOrders, useStation } from "@swapwire/react";
import { BatteryCharging, ChevronRight, Clock } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useFormat } from "../i18n/context.tsx";
import { useSession } from "../session/context.tsx";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.ts";
import { useToast } from "../ui/toast.tsx";
import { CancelBooking } from "./cancel_booking.tsx";
import css from "./held_batteries.module.css";
import { reasonOf, useText } from "./text.ts";
import { WayThere } from "./way_there.tsx";

interface HeldBatteriesProps {
  /** Only those at this station. */
  at?: number;
  /** On a phone only what is held and how long; the rest is a tap away. */
  compact?: boolean;
}

/** Nothing where nobody is signed in, or where nothing is held. */
export function HeldBatteries(props: HeldBatteriesProps) {
  const { session } = useSession();
  return session && session.role !== "operator" ? <HeldByRider {...props} /> : null;
}

function HeldByRider({ at, compact = false }: HeldBatteriesProps) {
  const text = useText().held;
  const { orders } = useOrders({ status: "booked" });
  const shown = at === undefined ? orders : orders.filter(({ station }) => station.id === at);
  if (shown.length === 0) return null;
  return (
    <ul className={`${css.held} ${compact ? css.compact : ""}`} aria-label={text.title}>
      {shown.map((order) => (
        <li key={order.id}>
          <HeldBattery order={order} />
        </li>
      ))}
    </ul>
  );
}

export function HeldBattery({ order }: { order: Order }) {
  const text = useText();
  const format = useFormat();
  const { battery, station } = order;
  return (
    <article className={css.card}>
      <div className={css.head}>
        <BatteryCharging size={26} aria-hidden="true" className={css.icon} />
        <p className={css.what}>
          <strong>{battery.serial_number}</strong>
          <span>{text.held.at(station.name)}</span>
          <span className={css.charge}>
            {battery.model} · {text.held.charge(format.percent(battery.state_of_charge_percent / 100))}
          </span>
        </p>
        <TimeLeft until={order.expires_at} />
        <Link href="/orders" className={css.more} aria-label={`${text.orders.title}: ${battery.serial_number}`}>
          <ChevronRight size={20} aria-hidden="true" />
        </Link>
      </div>
      <Actions order={order} />
    </article>
  );
}

const SOON_MS = 60 * 60_000;

function TimeLeft({ until }: { until: string }) {
  const text = useText().held;
  const format = useFormat();
  const left = new Date(until).getTime() - useNow();
  if (left <= 0) return <p className={`${css.left} ${css.over}`}>{text.over}</p>;
  return (
    <p className={`${css.left} ${left < SOON_MS ? css.soon : ""}`}>
      <span className={css.clock} role="timer">
        <Clock size={14} aria-hidden="true" />
        {format.countdown(left)}
      </span>
      <span className={css.until}>{text.until(format.time(until))}</span>
    </p>
  );
}

function Actions({ order }: { order: Order }) {
  const text = useText();
  const { collect, cancel } = useOrders({ status: "booked" });
  const station = useStation(order.station.id);
  const show = useToast();
  const [asking, setAsking] = useState(false);
  // That it worked is told by the rider's channel.
  const act = (action: Promise<Order>) => action.catch((error) => show(reasonOf(error, text), "bad"));
  const onCancel = () => {
    setAsking(false);
    void act(cancel(order.id));
  };
  return (
    <div className={css.actions}>
      <Button kind="primary" small onClick={() => void act(collect(order.id))}>
        {text.held.collect}
      </Button>
      {station && <WayThere to={station} name={station.station_name} small />}
      <Button kind="quiet" small onClick={() => setAsking(true)}>
        {text.held.cancel}
      </Button>
      {asking && <CancelBooking order={order} onKeep={() => setAsking(false)} onCancel={onCancel} />}
    </div>
  );
}
