// A form that sends one request: busy meanwhile, with what the server refused by field.

import type { SwapwireError } from "@swapwire/client";
import { type FormEvent, useState } from "react";
import { errorOf } from "../bulk/outcome.ts";
import { fieldErrors } from "../error_text.ts";
import { useText } from "../text.ts";

export interface Submission {
  readonly busy: boolean;
  /** By field; a refusal that concerns no field stands under "". */
  readonly errors: Readonly<Record<string, string>>;
  submit(event: FormEvent): void;
}

/** `send` throws what the server refuses. */
export function useSubmit(send: () => Promise<void>): Submission {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<SwapwireError | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    send()
      .catch((cause) => setError(errorOf(cause)))
      .finally(() => setBusy(false));
  };
  return { busy, errors: fieldErrors(text, error), submit };
}

/** The sum of what stands at no field that the form shows. */
export function otherErrors(errors: Readonly<Record<string, string>>, shown: readonly string[]): string {
  const others = Object.entries(errors).filter(([field]) => !shown.includes(field));
  return others.map(([field, message]) => (field ? `${field}: ${message}` : message)).join(" ");
}
