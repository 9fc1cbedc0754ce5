// Where a bearer token comes from, and until when it holds.

export type TokenSource = () => Promise<string | null> | string | null;

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

/** Milliseconds after which to ask for the next token: four fifths of what is left of this one. */
export function renewAfter(token: string, now: number): number | null {
  const expires = claimsOf(token)?.exp;
  return expires ? Math.max(1_000, (expires * 1000 - now) * 0.8) : null;
}
