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

/** What a proxy answers may be no problem at all, or half of one. */
export async function problemOf(response: ResponseLike, retryAfterMs: number | null): Promise<SwapwireError> {
  const problem = { code: "error", detail: `HTTP ${response.status}` };
  try {
    Object.assign(problem, JSON.parse(await response.text()));
  } catch {}
  return new SwapwireError({ ...problem, status: response.status }, retryAfterMs);
}
