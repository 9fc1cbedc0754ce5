// Adds batteries to a station: typed, pasted, from a file, scanned by the camera or by a scanner that types. Each row
// says which battery it is and, afterwards, whether it was taken.

import type { Battery } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { Camera, FileUp, X } from "lucide-react";
import { useRef, useState } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useToast } from "../../ui/toast.tsx";
import { done, type Outcome } from "../bulk/outcome.ts";
import { runTogether } from "../bulk/run.ts";
import form from "../page/form.module.css";
import { useText } from "../text.ts";
import css from "./add_dialog.module.css";
import { type BatteryIndex, useBatteryIndex } from "./battery_index.ts";
import { CodeField } from "./code_field.tsx";
import { codesOf } from "./codes.ts";
import { RowResult } from "./row_result.tsx";
import { canScan, Scanner } from "./scanner.tsx";

interface AddDialogProps {
  station: { id: number; name: string };
  onClose(): void;
  onAdded(): void;
}

export function AddDialog({ station, onClose, onAdded }: AddDialogProps) {
  const text = useText();
  const format = useFormat();
  const { close } = useShellText();
  const { http } = useClient();
  const toast = useToast();
  const index = useBatteryIndex();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [scans, setScans] = useState(false);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  const add = (source: string) => {
    const found = codesOf(source);
    setCodes((held) => [...held, ...found.filter((code) => !held.includes(code))]);
  };
  const remove = (code: string) => setCodes((held) => held.filter((each) => each !== code));
  const open = codes.filter((code) => !outcomes.get(code)?.ok && index.find(code));

  const submit = async () => {
    setBusy(true);
    const put = async (part: readonly string[]) => {
      const batteries = part.flatMap((code) => index.find(code)?.id ?? []);
      await http.put("/stations/{station_id}/batteries/", { path: { station_id: station.id }, body: { batteries } });
    };
    const here = open.filter((code) => index.find(code)?.station_id === station.id);
    const refused: string[] = [];
    const report = (code: string, outcome: Outcome) => {
      if (!outcome.ok) refused.push(code);
      setOutcomes((held) => new Map(held).set(code, outcome));
    };
    for (const code of here) report(code, done);
    await runTogether(
      open.filter((code) => !here.includes(code)),
      put,
      report,
    );
    setBusy(false);
    onAdded();
    if (refused.length > 0 || codes.some((code) => !index.find(code))) return;
    toast(text.add.added(format.number(codes.length), codes.length), "good");
    onClose();
  };

  const added = codes.filter((code) => outcomes.get(code)?.ok).length;
  const failed = codes.filter((code) => outcomes.get(code)?.ok === false).length;
  return (
    <Dialog title={text.add.title(station.name)} closeLabel={close} onClose={onClose} side>
      <div className={form.form}>
        <CodeField onCodes={add} />
        <div className={form.row}>
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,.txt,text/csv,text/plain"
            onChange={async ({ target }) => {
              const [chosen] = target.files ?? [];
              if (chosen) add(await chosen.text());
              target.value = "";
            }}
          />
          <Button small onClick={() => file.current?.click()}>
            <FileUp size={16} aria-hidden="true" />
            {text.add.file}
          </Button>
          {canScan() ? (
            <Button small aria-pressed={scans} onClick={() => setScans(!scans)}>
              <Camera size={16} aria-hidden="true" />
              {scans ? text.add.stopScanning : text.add.scan}
            </Button>
          ) : (
            <span className={form.hint}>{text.add.cannotScan}</span>
          )}
        </div>
        {scans && <Scanner onCode={add} />}
        <Codes codes={codes} index={index} outcomes={outcomes} station={station.id} onRemove={busy ? null : remove} />
        <p role="status" className={form.hint}>
          {added + failed > 0 && !busy && text.add.result(format.number(added), format.number(failed), failed)}
        </p>
        <div className={form.buttons}>
          <Button onClick={onClose}>{close}</Button>
          <Button kind="primary" busy={busy} disabled={open.length === 0} onClick={() => void submit()}>
            {text.add.action(format.number(open.length), open.length)}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface CodesProps {
  codes: readonly string[];
  index: BatteryIndex;
  outcomes: ReadonlyMap<string, Outcome>;
  station: number;
  onRemove: ((code: string) => void) | null;
}

function Codes({ codes, index, outcomes, station, onRemove }: CodesProps) {
  const text = useText();
  if (codes.length === 0) return null;
  return (
    <ul className={css.codes} aria-label={text.add.list}>
      {codes.map((code) => {
        const outcome = outcomes.get(code);
        return (
          <li key={code} className={css.code}>
            <span className={css.name}>{code}</span>
            <span className={css.state}>
              {outcome ? <RowResult outcome={outcome} /> : <Found battery={index.find(code)} station={station} />}
            </span>
            {onRemove && !outcome?.ok && (
              <IconButton label={text.add.remove(code)} onClick={() => onRemove(code)}>
                <X size={16} aria-hidden="true" />
              </IconButton>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Which battery the code is, before anything is sent. */
function Found({ battery, station }: { battery: Battery | null | undefined; station: number }) {
  const text = useText();
  const format = useFormat();
  if (battery === undefined) return <span className={css.soft}>{text.add.looking}</span>;
  if (battery === null) return <span className={css.bad}>{text.add.unknown}</span>;
  if (battery.station_id === station) return <span className={css.soft}>{text.add.here}</span>;
  if (battery.station_id) return <span className={css.bad}>{text.add.elsewhere(battery.station_id)}</span>;
  return (
    <span className={css.soft}>
      #{battery.id} · {battery.model} · {format.percent(battery.state_of_charge_percent / 100)}
    </span>
  );
}
