// Opens or closes a station, with a message that riders see.

import type { Station } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useState } from "react";
import { useText as useShellText } from "../../shell/text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Segments, TextField } from "../../ui/field.tsx";
import form from "../page/form.module.css";
import { FormEnd } from "../page/form_end.tsx";
import { useSubmit } from "../page/submit.ts";
import { useText } from "../text.ts";

interface StatusDialogProps {
  station: Station;
  message: string;
  onClose(): void;
  onSaved(): void;
}

const statuses = ["online", "maintenance", "offline"] as const;
type Status = (typeof statuses)[number];
const LONGEST_MESSAGE = 500;

export function StatusDialog({ station, message, onClose, onSaved }: StatusDialogProps) {
  const text = useText();
  const { close } = useShellText();
  const { http } = useClient();
  const [status, setStatus] = useState<Status>(statuses.find((each) => each === station.status) ?? "online");
  const [words, setWords] = useState(message);
  const { busy, errors, submit } = useSubmit(async () => {
    const path = { station_id: station.station_id };
    await http.patch("/stations/{station_id}/", { path, body: { status, status_message: words.trim() } });
    onSaved();
    onClose();
  });
  return (
    <Dialog title={text.status.title} closeLabel={close} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <Segments
          label={text.status.title}
          value={status}
          choices={statuses.map((value) => ({ value, label: text.status[value] }))}
          onChange={(value) => setStatus(value)}
        />
        <TextField
          label={text.status.message}
          hint={text.status.messageHint}
          value={words}
          maxLength={LONGEST_MESSAGE}
          error={errors.status_message}
          onChange={({ target }) => setWords(target.value)}
        />
        <FormEnd errors={errors} fields={["status_message"]} busy={busy} submit={text.form.save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
