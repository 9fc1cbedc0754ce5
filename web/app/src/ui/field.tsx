// Form fields with their label, hint and error, tied together for screen readers.

import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import css from "./field.module.css";

interface FieldProps {
  label: string;
  /** The label is read out and not shown. */
  quiet?: boolean;
  hint?: ReactNode;
  error?: ReactNode;
}

export function TextField({
  label,
  quiet = false,
  hint,
  error,
  ...input
}: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id} className={quiet ? "visually-hidden" : css.label}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        className={css.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-d`}
      />
      <Description id={`${id}-d`} hint={hint} error={error} />
    </div>
  );
}

export function SelectField({
  label,
  quiet = false,
  hint,
  error,
  children,
  ...select
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id} className={quiet ? "visually-hidden" : css.label}>
        {label}
      </label>
      <select {...select} id={id} className={css.input} aria-describedby={`${id}-d`}>
        {children}
      </select>
      <Description id={`${id}-d`} hint={hint} error={error} />
    </div>
  );
}

function Description({ id, hint, error }: { id: string; hint?: ReactNode; error?: ReactNode }) {
  return (
    <div id={id} className={error ? css.error : css.hint}>
      {error ?? hint}
    </div>
  );
}

export function Checkbox({ label, ...input }: { label: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={css.check}>
      <input {...input} type="checkbox" />
      <span>{label}</span>
    </label>
  );
}

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
}

/** A few choices side by side, one of them taken. */
export function Segments<Value extends string>(props: {
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange(value: Value): void;
}) {
  const name = useId();
  return (
    <fieldset className={css.segments}>
      <legend className="visually-hidden">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <label key={value} className={css.segment}>
          <input
            type="radio"
            name={name}
            className="visually-hidden"
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
