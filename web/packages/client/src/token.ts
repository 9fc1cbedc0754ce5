// Where a bearer token comes from, and until when it holds.

/**
 * Asked whenever a token is needed. It may answer the same token while that holds; `refused` is the token that the
 * server has just refused, if it has, which should not be answered again. Null: nobody is signed in.
 */
export type TokenSource = (refused?: string) => Promise<string | null> | string | null;

interface Claims {
  /** The user's id, as a string of digits. */
  sub: string;
  role: "rider" | "operator" | "admin";
  /** Seconds since 1970. */
  exp: number;
  locale?: string;
}

/** The claims of a token, unverified: the server judges. Null for what is no JWT. */
export function claimsOf(token: string): Claims | null {
  try {
    const { atob } = globalThis as unknown as { atob(text: string): string };
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(payload));
  } catch {
    return null;
  }
}

/** Timers take 31 bits of milliseconds; a longer wait would end at once. */
const LONGEST_MS = 12 * 3_600_000;

/** Milliseconds after which to ask for the next token: four fifths of what is left of this one. */
export function renewAfter(token: string, now: number): number | null {
  const expires = claimsOf(token)?.exp;
  return expires ? Math.min(LONGEST_MS, Math.max(1_000, (expires * 1000 - now) * 0.8)) : null;
}
