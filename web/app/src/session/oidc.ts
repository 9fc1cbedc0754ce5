// Sign-in at an identity provider: authorization code with PKCE. Tokens stay in this tab's session storage.

import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Config } from "../config/config.ts";

export function createUserManager({ authority, client_id, scope }: NonNullable<Config["oidc"]>): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority,
    client_id,
    scope,
    redirect_uri: `${location.origin}/sign-in/callback`,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: "code",
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
    loadUserInfo: false,
  });
}

const SPARE_S = 30;

/** The access token, renewed by the refresh token shortly before its end, or when a service has refused it. */
export async function oidcToken(manager: UserManager, refused?: string): Promise<string | null> {
  const user = await manager.getUser();
  if (!user) return null;
  if (user.access_token !== refused && (user.expires_in ?? 0) > SPARE_S) return user.access_token;
  const renewed = await manager.signinSilent();
  return renewed?.access_token ?? null;
}
