// An admin writes to one person: form, preview, and what the server says against single fields.

import { SwapwireError } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { Send } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "wouter";
import { Button } from "../../ui/button.tsx";
import { Segments, TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useToast } from "../../ui/toast.tsx";
import { Page } from "../page.tsx";
import { useText } from "../text.ts";
import { type Draft, type FieldErrors, levels, MOST_MESSAGE, MOST_TITLE, missing, type Wanted } from "./draft.ts";
import { MessageField } from "./message_field.tsx";
import css from "./notify_page.module.css";
import { Preview } from "./preview.tsx";

export default function NotifyPage() {
  const text = useText().notify;
  const [search] = useSearchParams();
  const [draft, setDraft] = useState<Draft>({ user: search.get("user") ?? "", title: "", message: "", level: "info" });
  const [errors, setErrors] = useState<FieldErrors>({});
  const { busy, send } = useSend();
  const put = (change: Partial<Draft>) => {
    setDraft((held) => ({ ...held, ...change }));
    setErrors((held) => Object.fromEntries(Object.entries(held).filter(([field]) => !(field in change))));
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const words: Record<Wanted, string> = { number: text.numberWanted, text: text.wanted };
    const found = missing(draft, words);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const refused = await send(draft);
    setErrors(refused ?? {});
    if (!refused) put({ title: "", message: "" });
  };
  return (
    <Page title={text.title}>
      <div className={css.columns}>
        <Panel>
          <form className={css.form} onSubmit={(event) => void onSubmit(event)} noValidate>
            <p className={css.lead}>{text.lead}</p>
            <TextField
              label={text.user}
              hint={text.userHint}
              inputMode="numeric"
              autoComplete="off"
              required
              value={draft.user}
              error={errors.user}
              onChange={({ currentTarget }) => put({ user: currentTarget.value })}
            />
            <div className={css.level}>
              <p className={css.label} aria-hidden="true">
                {text.level}
              </p>
              <Segments
                label={text.level}
                value={draft.level}
                choices={levels.map((level) => ({ value: level, label: text.levels[level] }))}
                onChange={(level) => put({ level })}
              />
            </div>
            <TextField
              label={text.subject}
              required
              maxLength={MOST_TITLE}
              value={draft.title}
              error={errors.title}
              onChange={({ currentTarget }) => put({ title: currentTarget.value })}
            />
            <MessageField
              value={draft.message}
              most={MOST_MESSAGE}
              error={errors.message}
              onChange={(message) => put({ message })}
            />
            <div>
              <Button kind="primary" type="submit" busy={busy}>
                {!busy && <Send size={16} aria-hidden="true" />}
                {text.send}
              </Button>
            </div>
          </form>
        </Panel>
        <Preview draft={draft} />
      </div>
    </Page>
  );
}

/** Answers null when it was sent, otherwise what is wrong with which field. The rest is said in a note. */
function useSend() {
  const text = useText().notify;
  const { http } = useClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const send = async ({ user, title, message, level }: Draft): Promise<FieldErrors | null> => {
    setBusy(true);
    try {
      await http.post("/notifications/", { body: { user_id: Number(user), title, message, level } });
      toast(text.sent(user.trim()), "good");
      return null;
    } catch (error) {
      if (!(error instanceof SwapwireError)) throw error;
      const fields = (error.fields ?? []).map(({ field, message: reason }) => [
        field === "user_id" ? "user" : field,
        reason,
      ]);
      if (fields.length === 0) toast(error.status === 0 ? text.unsure : text.failed(error.message), "bad");
      return Object.fromEntries(fields);
    } finally {
      setBusy(false);
    }
  };
  return { busy, send };
}
