// State, charge and health of one battery.

import type { Battery } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useState } from "react";
import { useText as useShellText } from "../../shell/text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useToast } from "../../ui/toast.tsx";
import form from "../page/form.module.css";
import { FormEnd } from "../page/form_end.tsx";
import { useSubmit } from "../page/submit.ts";
import { useText } from "../text.ts";
import { type ServiceState, serviceStates } from "./battery_actions.ts";

interface EditDialogProps {
  battery: Battery;
  onClose(): void;
  onSaved(): void;
}

const fields = ["state", "state_of_charge_percent", "state_of_health_percent"] as const;

export function EditDialog({ battery, onClose, onSaved }: EditDialogProps) {
  const text = useText();
  const { close } = useShellText();
  const toast = useToast();
  const { http } = useClient();
  const [state, setState] = useState<string>(battery.state);
  const [charge, setCharge] = useState(String(battery.state_of_charge_percent));
  const [health, setHealth] = useState(String(battery.state_of_health_percent));
  const withRider = battery.state === "booked" || battery.state === "collected";
  const { busy, errors, submit } = useSubmit(async () => {
    const changedState = serviceStates.find((each) => each === state && each !== battery.state);
    const body = {
      ...(changedState && { state: changedState satisfies ServiceState }),
      ...(Number(charge) !== battery.state_of_charge_percent && { state_of_charge_percent: Number(charge) }),
      ...(Number(health) !== battery.state_of_health_percent && { state_of_health_percent: Number(health) }),
    };
    await http.patch("/batteries/{battery_id}/", { path: { battery_id: battery.id }, body });
    toast(text.batteries.saved(battery.serial_number), "good");
    onSaved();
    onClose();
  });
  const percent = { type: "number", min: 0, max: 100, step: "any", required: true, inputMode: "decimal" } as const;
  return (
    <Dialog title={battery.serial_number} closeLabel={close} onClose={onClose} side>
      <form className={form.form} onSubmit={submit}>
        <p className={form.hint}>
          #{battery.id} · {battery.model}
        </p>
        <SelectField
          label={text.batteries.state}
          value={state}
          disabled={withRider}
          hint={withRider ? text.batteries.withRider : undefined}
          error={errors.state}
          onChange={({ target }) => setState(target.value)}
        >
          {withRider && <option value={battery.state}>{text.batteries.states[battery.state]}</option>}
          {serviceStates.map((each) => (
            <option key={each} value={each}>
              {text.batteries.states[each]}
            </option>
          ))}
        </SelectField>
        <div className={form.pair}>
          <TextField
            {...percent}
            label={text.batteries.chargePercent}
            value={charge}
            error={errors.state_of_charge_percent}
            onChange={({ target }) => setCharge(target.value)}
          />
          <TextField
            {...percent}
            label={text.batteries.healthPercent}
            value={health}
            error={errors.state_of_health_percent}
            onChange={({ target }) => setHealth(target.value)}
          />
        </div>
        <FormEnd errors={errors} fields={fields} busy={busy} submit={text.form.save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
