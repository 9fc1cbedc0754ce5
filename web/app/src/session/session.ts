// Who uses this tab, and how it gets tokens. The session lives as long as the tab: only who it is and how they signed in
// is kept in session storage, demo tokens are not.

import { claimsOf, type TokenSource } from "@swapwire/client";
import type { Config } from "../config/config.ts";
import { type DemoIdentity, demoTokens } from "./demo.ts";

export type Role = "rider" | "operator" | "admin";

export interface Session {
  readonly userId: number;
  readonly role: Role;
  readonly label: string;
  readonly by: "demo" | "oidc";
  /** Asked whenever a token is needed, with the one that was just refused if there is one. */
  readonly token: TokenSource;
  /** Forgets the person; for OIDC this leaves the page. */
  end(): Promise<void>;
}

const KEY = "swapwire.session";

interface Kept {
  by: "demo" | "oidc";
  userId: number;
  role: Role;
  label: string;
}

function keep({ by, userId, role, label }: Kept): void {
  sessionStorage.setItem(KEY, JSON.stringify({ by, userId, role, label }));
}

export function demoSession({ user_id, role, label, token }: DemoIdentity): Session {
  keep({ by: "demo", userId: user_id, role, label });
  return resumedDemo({ by: "demo", userId: user_id, role, label }, token);
}

function resumedDemo({ userId, role, label }: Kept, token: string | null): Session {
  const end = async () => sessionStorage.removeItem(KEY);
  return { userId, role, label, by: "demo", token: demoTokens(userId, token), end };
}

/** The OIDC library is loaded only where somebody signs in that way. */
async function oidcSession(config: NonNullable<Config["oidc"]>): Promise<Session | null> {
  const { createUserManager, oidcToken } = await import("./oidc.ts");
  const manager = createUserManager(config);
  const user = await manager.getUser();
  const claims = user && claimsOf(user.access_token);
  if (!user || !claims) return null;
  const label = user.profile.name ?? user.profile.preferred_username ?? user.profile.email ?? claims.sub;
  const kept: Kept = { by: "oidc", userId: Number(claims.sub), role: claims.role, label };
  keep(kept);
  const end = async () => {
    sessionStorage.removeItem(KEY);
    await manager.signoutRedirect().catch(() => manager.removeUser());
  };
  return { ...kept, token: (refused) => oidcToken(manager, refused), end };
}

/** Leaves for the identity provider, which sends the person back to `returnTo`. */
export async function beginOidc(config: NonNullable<Config["oidc"]>, returnTo: string): Promise<void> {
  const { createUserManager } = await import("./oidc.ts");
  await createUserManager(config).signinRedirect({ state: returnTo });
}

/** On the way back from the identity provider: the session, and where the person was going. */
export async function finishOidc(config: NonNullable<Config["oidc"]>): Promise<{ session: Session; returnTo: string }> {
  const { createUserManager } = await import("./oidc.ts");
  const user = await createUserManager(config).signinCallback();
  const session = await oidcSession(config);
  if (!session) throw new Error("The identity provider's token names no user.");
  return { session, returnTo: typeof user?.state === "string" ? user.state : "/" };
}

/** Who this tab was before a reload. */
export async function resumeSession(config: Config): Promise<Session | null> {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return null;
  const kept: Kept = JSON.parse(text);
  if (kept.by === "oidc") return config.oidc && oidcSession(config.oidc);
  return config.demo ? resumedDemo(kept, null) : null;
}
