// A refusal in the chosen language. What has no text of ours shows the server's sentence.

import type { SwapwireError } from "@swapwire/client";
import type { Texts } from "./text.ts";

export function errorText(text: Texts, error: SwapwireError): string {
  const known: Readonly<Record<string, string>> = text.errors;
  return known[error.code] ?? error.message;
}

/** What is wrong with each field of a form, by the field's name; a refusal that names none stands under "". */
export function fieldErrors(text: Texts, error: SwapwireError | null): Readonly<Record<string, string>> {
  if (!error) return {};
  const named = Object.fromEntries((error.fields ?? []).map(({ field, message }) => [field, message]));
  return Object.keys(named).length > 0 ? named : { "": errorText(text, error) };
}
