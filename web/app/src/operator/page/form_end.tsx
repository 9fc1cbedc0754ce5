// The end of a form: what was wrong with no field in particular, and the buttons.

import { Button } from "../../ui/button.tsx";
import { useText } from "../text.ts";
import form from "./form.module.css";
import { otherErrors } from "./submit.ts";

interface FormEndProps {
  errors: Readonly<Record<string, string>>;
  /** The fields that show their own errors. */
  fields: readonly string[];
  busy: boolean;
  /** What the button that submits says. */
  submit: string;
  onCancel(): void;
}

export function FormEnd({ errors, fields, busy, submit, onCancel }: FormEndProps) {
  const text = useText().form;
  return (
    <>
      <p role="alert" className={form.error}>
        {otherErrors(errors, fields)}
      </p>
      <div className={form.buttons}>
        <Button onClick={onCancel}>{text.cancel}</Button>
        <Button type="submit" kind="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </>
  );
}
