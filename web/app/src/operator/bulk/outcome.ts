// What became of one row of a bulk action.

import { SwapwireError } from "@swapwire/client";

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: SwapwireError };

export const done: Outcome = { ok: true };

export function errorOf(cause: unknown): SwapwireError {
  if (cause instanceof SwapwireError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SwapwireError({ status: 0, code: "error", detail });
}
