// What became of one row: done, or why not.

import { CircleAlert, CircleCheck } from "lucide-react";
import type { Outcome } from "../bulk/outcome.ts";
import { errorText } from "../error_text.ts";
import { useText } from "../text.ts";
import css from "./row_result.module.css";

export function RowResult({ outcome }: { outcome: Outcome }) {
  const text = useText();
  if (outcome.ok) {
    return (
      <span className={css.done}>
        <CircleCheck size={15} aria-hidden="true" />
        {text.bulk.done}
      </span>
    );
  }
  const { error } = outcome;
  const named = error.fields?.map(({ message }) => message).join(" ");
  const reason = named || errorText(text, error);
  return (
    <span className={css.failed} title={reason}>
      <CircleAlert size={15} aria-hidden="true" />
      <span>{reason}</span>
    </span>
  );
}
