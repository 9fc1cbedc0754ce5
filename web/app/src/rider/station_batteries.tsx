// The batteries that one can take at a station, fullest first, as a charge bar each.

import type { Station } from "@swapwire/client";
import { useClient, useRequest } from "@swapwire/react";
import { useEffect, useState } from "react";
import { useFormat } from "../i18n/context.tsx";
import css from "./station_batteries.module.css";
import { useText } from "./text.ts";

const SHOWN = 6;
/** A busy station changes many times a second; its batteries are read again when it has been quiet for so long. */
const QUIET_MS = 800;

function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function StationBatteries({ station: { station_id, available_batteries } }: { station: Station }) {
  const text = useText().station;
  const format = useFormat();
  const { http } = useClient();
  const count = useSettled(available_batteries);
  const { data, error } = useRequest(
    count > 0 ? `batteries-to-take/${station_id}/${count}` : null,
    () =>
      http.get("/stations/{station_id}/batteries/", {
        path: { station_id },
        query: { state: "available", limit: 100 },
      }),
    { keepPrevious: true },
  );
  if (available_batteries === 0) return null;
  if (error && !data) return <p className={css.failed}>{text.batteriesFailed}</p>;
  if (!data || data.items.length === 0) return null;
  const fullest = [...data.items].sort((one, other) => other.state_of_charge_percent - one.state_of_charge_percent);
  const more = available_batteries - Math.min(SHOWN, fullest.length);
  return (
    <section aria-label={text.charging}>
      <h3 className={css.title}>{text.charging}</h3>
      <ul className={css.batteries}>
        {fullest.slice(0, SHOWN).map(({ id, serial_number, model, state_of_charge_percent: charge }) => (
          <li key={id} className={css.battery}>
            <span className={css.serial}>{serial_number}</span>
            <span className={css.model}>{model}</span>
            <meter
              className={css.charge}
              min={0}
              max={100}
              low={50}
              high={80}
              optimum={100}
              value={charge}
              aria-label={text.chargeOf(serial_number)}
            />
            <span className={css.percent}>{format.percent(charge / 100)}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className={css.more}>{text.more(more)}</p>}
    </section>
  );
}
