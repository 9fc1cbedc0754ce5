// What can be done with the selected batteries, how far it is, and how it went.

import { type ReactNode, useState } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { Button } from "../../ui/button.tsx";
import { useText } from "../text.ts";
import { type BatteryActions, failuresOf, serviceStates } from "./battery_actions.ts";
import css from "./bulk_bar.module.css";
import { TakeOutDialog } from "./take_out_dialog.tsx";

interface BulkBarProps {
  actions: BatteryActions;
  /** Only where the list is that of one station. */
  canTakeOut?: boolean;
  /** More buttons. */
  children?: ReactNode;
}

export function BulkBar({ actions, canTakeOut = false, children }: BulkBarProps) {
  const text = useText();
  const format = useFormat();
  const [takesOut, setTakesOut] = useState(false);
  const { selected, busy, outcomes } = actions;
  const failed = failuresOf(outcomes).length;
  const count = format.number(selected.size);
  if (selected.size === 0 && outcomes.size === 0) return null;
  const said = () => {
    if (busy) return text.bulk.running(format.number(outcomes.size), format.number(actions.pending.size));
    if (outcomes.size > 0)
      return text.bulk.result(format.number(outcomes.size - failed), format.number(failed), failed);
    return "";
  };
  return (
    <div className={css.bar} role="toolbar" aria-label={text.bulk.label}>
      {selected.size > 0 && (
        <>
          <strong className={css.count}>{text.bulk.selected(count)}</strong>
          {serviceStates.map((state) => (
            <Button key={state} small disabled={busy} onClick={() => void actions.setState(state)}>
              {text.bulk.set[state]}
            </Button>
          ))}
          {children}
          {canTakeOut && (
            <Button small kind="danger" disabled={busy} onClick={() => setTakesOut(true)}>
              {text.bulk.takeOut}
            </Button>
          )}
        </>
      )}
      <span role="status" className={failed > 0 ? css.failed : css.said}>
        {said()}
      </span>
      <Button small kind="quiet" disabled={busy} onClick={actions.clear}>
        {text.bulk.clear}
      </Button>
      {takesOut && (
        <TakeOutDialog
          count={selected.size}
          onClose={() => setTakesOut(false)}
          onConfirm={() => {
            setTakesOut(false);
            void actions.takeOut();
          }}
        />
      )}
    </div>
  );
}
