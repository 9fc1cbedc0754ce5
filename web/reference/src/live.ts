// The page /docs/live/: the channels and messages of the WebSocket and of Server-Sent Events.

import "./strict-policy.ts";

const { drawReference } = await import("./scalar.ts");
drawReference("/docs/asyncapi.json");
