// A refused request as an error that one can switch on (RFC 9457, problem+json).

import type { ResponseLike } from "./platform.ts";
import type { Problem } from "./types.ts";

/** `status` 0: no answer came, so a change may or may not have happened. */
export class SwapwireError extends Error {
  override readonly name = "SwapwireError";
  readonly status: number;
  /** A code of the API such as `station-empty`, or `network` where no answer came. */
  readonly code: string;
  readonly fields: Problem["errors"];
  /** `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(problem: Pick<Problem, "status" | "code" | "detail" | "errors">, retryAfterMs: number | null = null) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.fields = problem.errors;
    this.retryAfterMs = retryAfterMs;
  }
}

export function noAnswer(cause: unknown): SwapwireError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SwapwireError({ status: 0, code: "network", detail });
}

export async function problemOf(response: ResponseLike, retryAfterMs: number | null): Promise<SwapwireError> {
  const text = await response.text().catch(() => "");
  try {
    return new SwapwireError(JSON.parse(text), retryAfterMs);
  } catch {
    return new SwapwireError(
      { status: response.status, code: "error", detail: `HTTP ${response.status}` },
      retryAfterMs,
    );
  }
}
