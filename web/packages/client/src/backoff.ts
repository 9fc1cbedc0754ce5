// How long to wait before the next attempt.

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
const LONGEST_HINT_MS = 60_000;

/** Between half and all of a wait that doubles, so that a thousand clients don't come back in step. */
export function backoff(failures: number, random: number, firstMs = FIRST_MS): number {
  const whole = Math.min(LONGEST_MS, firstMs * 2 ** Math.min(failures, 10));
  return whole / 2 + random * (whole / 2);
}

/** A restarting gateway tells each client its own moment: `retry_after_ms` in the close reason. */
export function hintOf(reason: string): number | null {
  try {
    const ms = JSON.parse(reason).retry_after_ms;
    return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, LONGEST_HINT_MS) : null;
  } catch {
    return null;
  }
}

/** `Retry-After` in seconds; the HTTP-date form is not sent by Swapwire. */
export function retryAfterOf(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, LONGEST_HINT_MS) : null;
}
