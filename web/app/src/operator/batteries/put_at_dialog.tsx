// Chooses the station that the selected batteries are put at.

import type { Station } from "@swapwire/client";
import { type FormEvent, useId, useState } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import form from "../page/form.module.css";
import { matchesText } from "../stations/search.ts";
import { useText } from "../text.ts";

interface PutAtDialogProps {
  count: number;
  stations: readonly Station[];
  onClose(): void;
  onChosen(station: number): void;
}

/** As many as a list below a field shows with sense. */
const MOST = 40;
const nameOf = ({ station_name, station_id }: Station) => `${station_name} #${station_id}`;

export function PutAtDialog({ count, stations, onClose, onChosen }: PutAtDialogProps) {
  const text = useText();
  const format = useFormat();
  const { close } = useShellText();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [missed, setMissed] = useState(false);
  const matching = stations.filter(matchesText(typed));
  const exact = stations.find((station) => nameOf(station) === typed.trim());
  const chosen = exact ?? (matching.length === 1 ? matching[0] : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) onChosen(chosen.station_id);
    else setMissed(true);
  };
  return (
    <Dialog title={text.putAt.title(format.number(count), count)} closeLabel={close} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <TextField
          label={text.putAt.station}
          hint={text.putAt.hint}
          error={missed && !chosen ? text.putAt.choose : undefined}
          list={list}
          value={typed}
          autoFocus
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
        />
        <datalist id={list}>
          {matching.slice(0, MOST).map((station) => (
            <option key={station.station_id} value={nameOf(station)} />
          ))}
        </datalist>
        <div className={form.buttons}>
          <Button onClick={onClose}>{text.form.cancel}</Button>
          <Button type="submit" kind="primary">
            {text.putAt.action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
