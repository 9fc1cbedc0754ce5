// A real OpenID provider for one test. Its access tokens are signed with the instance's secret, which stands in for the
// keys that services fetch from a provider in production (tested in crates/service).

import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import Provider from "oidc-provider";

const CLIENT = "swapwire-test";
const AUDIENCE = "swapwire";

function instanceSecret(): string {
  const secrets = readFileSync(`${process.env.SWAPWIRE_INSTANCE}/etc/secrets.env`, "utf8");
  const secret = /^JWT_SECRET=(.+)$/m.exec(secrets)?.[1];
  if (!secret) throw new Error("The instance's secrets.env has no JWT_SECRET.");
  return secret;
}

/** Serves at `issuer`; whoever signs in has the role rider and the login as user id. */
export async function serveIdentityProvider(
  issuer: string,
  appOrigin: string,
  accessTokenTtl: number,
): Promise<Server> {
  const key = Buffer.from(instanceSecret());
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        token_endpoint_auth_method: "none",
        application_type: "native",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [`${appOrigin}/sign-in/callback`],
        post_logout_redirect_uris: [`${appOrigin}/`],
      },
    ],
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    extraTokenClaims: async () => ({ role: "rider" }),
    formats: {
      customizers: {
        jwt: async (_ctx, _token, jwt) => {
          jwt.payload.iss = AUDIENCE;
        },
      },
    },
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:swapwire",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "",
          audience: AUDIENCE,
          accessTokenTTL: accessTokenTtl,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "HS256", key } },
        }),
      },
    },
  });
  const server = provider.listen(Number(new URL(issuer).port), "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return server;
}
