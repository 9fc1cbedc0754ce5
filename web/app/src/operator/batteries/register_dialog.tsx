// Registers new batteries: one, or many from a list or a CSV file. Each row says what is wrong with it before anything
// is sent and what became of it afterwards; what failed can be sent again.

import { useClient } from "@swapwire/react";
import { FileUp } from "lucide-react";
import { useId, useMemo, useRef, useState } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Segments, TextField } from "../../ui/field.tsx";
import { useToast } from "../../ui/toast.tsx";
import type { Outcome } from "../bulk/outcome.ts";
import { runTogether } from "../bulk/run.ts";
import form from "../page/form.module.css";
import { FormEnd } from "../page/form_end.tsx";
import { useSubmit } from "../page/submit.ts";
import { useText } from "../text.ts";
import { type BatteryIndex, useBatteryIndex } from "./battery_index.ts";
import { type NewRow, readNewBatteries } from "./new_batteries.ts";
import css from "./register_dialog.module.css";
import { RowResult } from "./row_result.tsx";

interface RegisterDialogProps {
  onClose(): void;
  onRegistered(): void;
}

export function RegisterDialog(props: RegisterDialogProps) {
  const text = useText().register;
  const { close } = useShellText();
  const [how, setHow] = useState<"one" | "many">("one");
  const choices = (["one", "many"] as const).map((value) => ({ value, label: text[value] }));
  return (
    <Dialog title={text.title} closeLabel={close} onClose={props.onClose} side>
      <div className={form.form}>
        <Segments label={text.how} value={how} choices={choices} onChange={(value) => setHow(value)} />
        {how === "one" ? <One {...props} /> : <Many {...props} />}
      </div>
    </Dialog>
  );
}

const fields = ["serial_number", "model", "state_of_charge_percent", "state_of_health_percent"] as const;

function One({ onClose, onRegistered }: RegisterDialogProps) {
  const text = useText();
  const toast = useToast();
  const { http } = useClient();
  const [serial, setSerial] = useState("");
  const [model, setModel] = useState("");
  const [charge, setCharge] = useState("100");
  const [health, setHealth] = useState("100");
  const { busy, errors, submit } = useSubmit(async () => {
    const body = {
      serial_number: serial.trim(),
      model: model.trim(),
      state_of_charge_percent: Number(charge),
      state_of_health_percent: Number(health),
    };
    await http.post("/batteries/", { body });
    toast(text.register.registered(body.serial_number), "good");
    onRegistered();
    // Whoever registers one often has the next one in the hand: model and readings stay.
    setSerial("");
  });
  const percent = { type: "number", min: 0, max: 100, step: "any", required: true, inputMode: "decimal" } as const;
  return (
    <form className={form.form} onSubmit={submit}>
      <TextField
        label={text.batteries.serial}
        value={serial}
        required
        maxLength={100}
        autoComplete="off"
        error={errors.serial_number}
        onChange={({ target }) => setSerial(target.value)}
      />
      <TextField
        label={text.batteries.model}
        value={model}
        required
        maxLength={100}
        error={errors.model}
        onChange={({ target }) => setModel(target.value)}
      />
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
      <FormEnd errors={errors} fields={fields} busy={busy} submit={text.register.action("1", 1)} onCancel={onClose} />
    </form>
  );
}

function Many({ onClose, onRegistered }: RegisterDialogProps) {
  const text = useText();
  const format = useFormat();
  const { close } = useShellText();
  const { http } = useClient();
  const toast = useToast();
  const index = useBatteryIndex();
  const area = useId();
  const file = useRef<HTMLInputElement>(null);
  const [source, setSource] = useState("");
  const [model, setModel] = useState("");
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const rows = useMemo(() => readNewBatteries(source, model), [source, model]);
  const outcomeOf = ({ battery, defect }: NewRow) => (defect ? undefined : outcomes.get(battery.serial_number));
  const open = rows.filter((row) => row.defect === null && !outcomeOf(row)?.ok && !isKnown(index, row));
  const submit = async () => {
    setBusy(true);
    const refused: NewRow[] = [];
    await runTogether(
      open,
      (part) => http.post("/batteries/", { body: part.map(({ battery }) => battery) }),
      (row, outcome) => {
        if (!outcome.ok) refused.push(row);
        setOutcomes((held) => new Map(held).set(row.battery.serial_number, outcome));
      },
    );
    setBusy(false);
    onRegistered();
    if (refused.length > 0 || rows.some(({ defect }) => defect)) return;
    toast(text.register.registeredMany(format.number(open.length), open.length), "good");
    onClose();
  };
  const registered = rows.filter((row) => outcomeOf(row)?.ok).length;
  const failed = rows.filter((row) => outcomeOf(row)?.ok === false).length;
  return (
    <div className={form.form}>
      <TextField
        label={text.register.modelOfAll}
        hint={text.register.modelOfAllHint}
        value={model}
        maxLength={100}
        onChange={({ target }) => setModel(target.value)}
      />
      <div>
        <label htmlFor={area} className={form.label}>
          {text.register.list}
        </label>
        <textarea
          id={area}
          className={form.area}
          aria-describedby={`${area}-d`}
          placeholder={"serial_number;model;charge;health\nSN-1001;PowerCell 48;95;100"}
          spellCheck={false}
          value={source}
          onChange={({ target }) => setSource(target.value)}
        />
        <p id={`${area}-d`} className={form.hint}>
          {text.register.listHint}
        </p>
      </div>
      <div className={form.row}>
        <input
          ref={file}
          type="file"
          hidden
          accept=".csv,.txt,text/csv,text/plain"
          onChange={async ({ target }) => {
            const [chosen] = target.files ?? [];
            if (chosen) setSource(await chosen.text());
            target.value = "";
          }}
        />
        <Button small onClick={() => file.current?.click()}>
          <FileUp size={16} aria-hidden="true" />
          {text.add.file}
        </Button>
      </div>
      <Rows rows={rows} index={index} outcomes={outcomes} />
      <p role="status" className={form.hint}>
        {registered + failed > 0 && !busy && text.add.result(format.number(registered), format.number(failed), failed)}
      </p>
      <div className={form.buttons}>
        <Button onClick={onClose}>{close}</Button>
        <Button kind="primary" busy={busy} disabled={open.length === 0} onClick={() => void submit()}>
          {text.register.action(format.number(open.length), open.length)}
        </Button>
      </div>
    </div>
  );
}

const isKnown = (index: BatteryIndex, { battery }: NewRow): boolean =>
  index.find(battery.serial_number)?.serial_number === battery.serial_number;

/** More rows than one reads are counted: those with something to say come first. */
const MOST_ROWS = 200;

interface RowsProps {
  rows: readonly NewRow[];
  index: BatteryIndex;
  outcomes: ReadonlyMap<string, Outcome>;
}

function Rows({ rows, index, outcomes }: RowsProps) {
  const text = useText();
  const format = useFormat();
  if (rows.length === 0) return null;
  const says = (row: NewRow) => {
    const outcome = outcomes.get(row.battery.serial_number);
    if (row.defect) return 0;
    return outcome?.ok === false ? 1 : 2;
  };
  const shown = [...rows].sort((one, other) => says(one) - says(other) || one.line - other.line).slice(0, MOST_ROWS);
  return (
    <div className={css.scroller}>
      <table className={css.rows} aria-label={text.register.rows}>
        <thead>
          <tr>
            <th scope="col">{text.batteries.serial}</th>
            <th scope="col">{text.batteries.model}</th>
            <th scope="col">{text.register.result}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => {
            const outcome = outcomes.get(row.battery.serial_number);
            return (
              <tr key={row.line}>
                <th scope="row">{row.battery.serial_number || "–"}</th>
                <td>{row.battery.model || "–"}</td>
                <td>
                  {row.defect ? (
                    <span className={css.bad}>{text.register.defects[row.defect]}</span>
                  ) : outcome ? (
                    <RowResult outcome={outcome} />
                  ) : isKnown(index, row) ? (
                    <span className={css.soft}>{text.register.known}</span>
                  ) : (
                    <span className={css.soft}>{text.register.ready}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p className={css.rest}>{text.register.rest(format.number(rows.length - MOST_ROWS))}</p>
      )}
    </div>
  );
}
