// The people that a deployment on this machine offers to be, with tokens that are renewed every few minutes.

import { claimsOf, type TokenSource } from "@swapwire/client";

export interface DemoIdentity {
  readonly label: string;
  readonly role: "rider" | "operator" | "admin";
  readonly user_id: number;
  readonly token: string;
  readonly expires_at: string;
}

export async function demoIdentities(): Promise<readonly DemoIdentity[]> {
  const response = await fetch("/demo-identities.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`No demo identities: HTTP ${response.status}`);
  return (await response.json()).identities;
}

/** A token has to last longer than a request takes. */
const SPARE_MS = 30_000;

/** Keeps the token until it is nearly over or was refused, then reads the file anew. */
export function demoTokens(userId: number, first: string | null): TokenSource {
  let held = first;
  return async (refused) => {
    const expires = held === null ? 0 : (claimsOf(held)?.exp ?? 0) * 1000;
    if (held === refused || expires - Date.now() < SPARE_MS) {
      const identity = (await demoIdentities()).find(({ user_id }) => user_id === userId);
      held = identity?.token ?? null;
    }
    return held;
  };
}
