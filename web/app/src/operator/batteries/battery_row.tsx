// One battery of a list.

import type { Battery, BatteryState } from "@swapwire/client";
import { CircleAlert, CircleCheck } from "lucide-react";
import { type MouseEvent, memo, type ReactNode } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { useNow } from "../../ui/clock.ts";
import type { Outcome } from "../bulk/outcome.ts";
import { errorText } from "../error_text.ts";
import { useText } from "../text.ts";
import css from "./battery_table.module.css";

export const toneOfState: Readonly<Record<BatteryState, Tone>> = {
  available: "good",
  booked: "info",
  charging: "warn",
  faulty: "bad",
  collected: "mute",
};

interface BatteryRowProps {
  battery: Battery;
  /** What was asked for and is not confirmed yet. */
  change: Partial<Battery> | undefined;
  outcome: Outcome | undefined;
  at: number;
  current: boolean;
  selected: boolean;
  place: ReactNode;
  onToggle(at: number, on: boolean, range: boolean): void;
  onFocus(at: number): void;
  onEdit(battery: Battery): void;
}

export const BatteryRow = memo(function BatteryRow(props: BatteryRowProps) {
  const { battery, change, outcome, at, current, selected, place, onToggle, onFocus, onEdit } = props;
  const text = useText().batteries;
  const state = change?.state ?? battery.state;
  const toggle = (event: MouseEvent<HTMLInputElement>) => onToggle(at, event.currentTarget.checked, event.shiftKey);
  return (
    <tr aria-rowindex={at + 2} className={css.row} data-selected={selected || undefined}>
      <td className={css.check}>
        <input
          type="checkbox"
          aria-label={text.select(battery.serial_number)}
          checked={selected}
          data-at={at}
          tabIndex={current ? 0 : -1}
          onClick={toggle}
          // The click says whether Shift was held; React wants a handler for the change as well.
          onChange={() => {}}
          onFocus={() => onFocus(at)}
        />
      </td>
      <th scope="row" className={css.serial}>
        <button type="button" className={css.edit} tabIndex={current ? 0 : -1} onClick={() => onEdit(battery)}>
          {battery.serial_number}
        </button>
        <span className={css.model}>
          #{battery.id} · {battery.model}
        </span>
      </th>
      <td className={css.state}>
        <Badge tone={toneOfState[state]}>{text.states[state]}</Badge>
        {outcome && <Result outcome={outcome} />}
      </td>
      <td className={css.charge}>
        <Bar percent={battery.state_of_charge_percent} tone={chargeTone(battery.state_of_charge_percent)} />
      </td>
      <td className={css.health}>
        <Bar percent={battery.state_of_health_percent} tone={healthTone(battery.state_of_health_percent)} />
      </td>
      {place !== undefined && <td className={css.station}>{place}</td>}
      <td className={css.changed}>
        <Ago when={battery.updated_at} />
      </td>
    </tr>
  );
});

/** What became of the row in the last bulk action. */
function Result({ outcome }: { outcome: Outcome }) {
  const text = useText();
  if (outcome.ok) {
    return (
      <span className={css.done}>
        <CircleCheck size={15} aria-hidden="true" />
        {text.bulk.done}
      </span>
    );
  }
  const reason = errorText(text, outcome.error);
  return (
    <span className={css.failed} title={reason}>
      <CircleAlert size={15} aria-hidden="true" />
      <span>{reason}</span>
    </span>
  );
}

const chargeTone = (percent: number): Tone => (percent < 20 ? "bad" : percent < 50 ? "warn" : "good");
const healthTone = (percent: number): Tone => (percent < 70 ? "bad" : percent < 80 ? "warn" : "good");

function Bar({ percent, tone }: { percent: number; tone: Tone }) {
  const format = useFormat();
  return (
    <span className={css.level}>
      <span className={css.bar} aria-hidden="true">
        <span className={css[tone]} style={{ inlineSize: `${percent}%` }} />
      </span>
      <span className={css.percent}>{format.percent(percent / 100)}</span>
    </span>
  );
}

function Ago({ when }: { when: string }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={when} title={format.dateTime(when)}>
      {format.relative(when, now)}
    </time>
  );
}
