// The rider's batteries: what is held now, and what came of the ones before.

import type { Order } from "@swapwire/client";
import { useOrders } from "@swapwire/react";
import { Battery, PackageOpen } from "lucide-react";
import { useFormat } from "../i18n/context.tsx";
import { Badge, type Tone } from "../ui/badge.tsx";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Empty, Panel, Skeleton } from "../ui/panel.tsx";
import { HeldBattery } from "./held_batteries.tsx";
import css from "./orders.module.css";
import { reasonOf, useText } from "./text.ts";

export function Orders() {
  const text = useText().orders;
  return (
    <div className={css.page}>
      <h1>{text.title}</h1>
      <HeldNow />
      <History />
    </div>
  );
}

function HeldNow() {
  const text = useText();
  const { orders, loading, error } = useOrders({ status: "booked" });
  if (orders.length > 0) {
    return (
      <section aria-label={text.orders.now}>
        <ul className={css.held}>
          {orders.map((order) => (
            <li key={order.id}>
              <HeldBattery order={order} />
            </li>
          ))}
        </ul>
      </section>
    );
  }
  return (
    <Panel label={text.orders.now}>
      {loading ? (
        <Skeleton lines={2} label={text.orders.loading} />
      ) : error ? (
        <p role="alert">{reasonOf(error, text)}</p>
      ) : (
        <Empty icon={<Battery size={36} aria-hidden="true" />} title={text.orders.none}>
          <p>{text.orders.noneHint}</p>
          <ButtonLink href="/" kind="primary">
            {text.orders.find}
          </ButtonLink>
        </Empty>
      )}
    </Panel>
  );
}

function History() {
  const text = useText();
  const { orders, loading, error, hasMore, more } = useOrders();
  const past = orders.filter(({ status }) => status !== "booked");
  return (
    <Panel title={text.orders.history} flush>
      {past.length > 0 && (
        <ul className={css.history}>
          {past.map((order) => (
            <PastOrder key={order.id} order={order} />
          ))}
        </ul>
      )}
      {past.length === 0 && !loading && !error && (
        <Empty icon={<PackageOpen size={32} aria-hidden="true" />} title={text.orders.noHistory} />
      )}
      {past.length === 0 && loading && <Skeleton lines={4} label={text.orders.loading} />}
      {error && (
        <p role="alert" className={css.failed}>
          {text.orders.failed} {reasonOf(error, text)}
        </p>
      )}
      {hasMore && (
        <div className={css.more}>
          <Button busy={loading} onClick={() => void more()}>
            {text.orders.more}
          </Button>
        </div>
      )}
    </Panel>
  );
}

const tones: Record<Order["status"], Tone> = { booked: "info", collected: "good", cancelled: "mute", expired: "warn" };

function PastOrder({ order }: { order: Order }) {
  const text = useText();
  const format = useFormat();
  const { battery, station, status, collected_at, cancelled_at, expires_at } = order;
  const when = collected_at ?? cancelled_at ?? expires_at;
  return (
    <li className={css.past}>
      <p className={css.what}>
        <strong>{battery.serial_number}</strong>
        <span>{text.held.at(station.name)}</span>
      </p>
      <p className={css.outcome}>
        <Badge tone={tones[status]}>{text.orders.status[status]}</Badge>
        <time dateTime={when}>{format.dateTime(when)}</time>
      </p>
    </li>
  );
}
