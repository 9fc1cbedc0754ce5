// The page /docs/live/: the channels and messages of the WebSocket and of Server-Sent Events.

import "./strict-policy.ts";
import { arrangedForReading } from "./live-document.ts";

/** The files of /docs/schemas/, by vite.config.ts. */
declare const EVENT_SCHEMAS: readonly string[];

const [{ drawReference }, response] = await Promise.all([import("./scalar.ts"), fetch("/docs/asyncapi.json")]);
drawReference({ content: arrangedForReading(await response.json(), EVENT_SCHEMAS), documentDownloadType: "none" });
