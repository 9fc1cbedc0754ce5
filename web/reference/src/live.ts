// The page /docs/live/: the channels and messages of the WebSocket and of Server-Sent Events.

import "./strict-policy.ts";
import { arrangedForReading } from "./live-document.ts";

/** The files of /docs/schemas/, by vite.config.ts. */
declare const EVENT_SCHEMAS: readonly string[];

const [{ drawLive }, response] = await Promise.all([import("./scalar.ts"), fetch("/docs/asyncapi.json")]);
drawLive(arrangedForReading(await response.json(), EVENT_SCHEMAS));
