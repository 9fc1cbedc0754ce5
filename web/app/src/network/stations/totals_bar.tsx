// The network now, in six numbers.

import { useStationIds } from "@swapwire/react";
import { useMemo, useSyncExternalStore } from "react";
import { useFormat } from "../../i18n/context.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Dot } from "../../ui/badge.tsx";
import { useText } from "../text.ts";
import { type Totals, TotalsStore } from "./totals.ts";
import css from "./totals_bar.module.css";

const shown: readonly { readonly of: keyof Totals; readonly tone: Tone | null }[] = [
  { of: "stations", tone: null },
  { of: "online", tone: "good" },
  { of: "available", tone: "good" },
  { of: "booked", tone: "info" },
  { of: "unavailable", tone: "mute" },
  { of: "empty", tone: "bad" },
];

const everything = { all: true as const };

export function TotalsBar() {
  const text = useText().stations.totals;
  const format = useFormat();
  const { source } = useStationIds(everything);
  const store = useMemo(() => new TotalsStore(source), [source]);
  const totals = useSyncExternalStore(store.subscribe, store.get);
  return (
    <dl className={css.totals} aria-label={text.label}>
      {shown.map(({ of, tone }) => (
        <div key={of}>
          <dt>
            {tone && <Dot tone={tone} />}
            {text[of]}
          </dt>
          <dd>{format.number(totals[of])}</dd>
        </div>
      ))}
    </dl>
  );
}
