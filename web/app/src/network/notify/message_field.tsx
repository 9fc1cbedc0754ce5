// The text of a message, with how much room is left.

import { useId } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useText } from "../text.ts";
import css from "./message_field.module.css";

interface MessageFieldProps {
  value: string;
  most: number;
  error: string | undefined;
  onChange(value: string): void;
}

export function MessageField({ value, most, error, onChange }: MessageFieldProps) {
  const text = useText().notify;
  const format = useFormat();
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {text.message}
      </label>
      <textarea
        id={id}
        className={css.input}
        rows={6}
        required
        maxLength={most}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-d`}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <div id={`${id}-d`} className={error ? css.error : css.hint}>
        {error ?? text.left(format.number(most - value.length))}
      </div>
    </div>
  );
}
