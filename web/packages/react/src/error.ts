// Every failure as a SwapwireError, so that screens have one kind to show.

import { SwapwireError } from "@swapwire/client";

export function errorOf(cause: unknown): SwapwireError {
  if (cause instanceof SwapwireError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SwapwireError({ status: 0, code: "error", detail });
}

/** Who awaits the promise gets its rejection; who doesn't need not: the hook's `error` has it too. */
export function alsoShown<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}
