// The page /docs/: the HTTP API. Where the deployment has demo identities, its requests are sent as one of them.

import "./strict-policy.ts";
import { offerIdentities } from "./identities.ts";

const { drawHttp } = await import("./scalar.ts");
await offerIdentities(drawHttp());
