// Whether this screen is live, in one word and a dot.

import { useConnection } from "@swapwire/react";
import type { Tone } from "../ui/badge.tsx";
import { Dot } from "../ui/badge.tsx";
import css from "./connection_chip.module.css";
import { useText } from "./text.ts";

export function ConnectionChip() {
  const text = useText().connection;
  const connection = useConnection();
  if (connection.phase === "idle") return null;
  const tones: Record<string, Tone> = {
    live: "good",
    connecting: "info",
    stale: "warn",
    waiting: "bad",
    refused: "bad",
  };
  const words = () => {
    if (connection.phase === "live") return text.live;
    if (connection.phase === "connecting") return text.connecting;
    return text.lostShort;
  };
  return (
    <span
      className={css.chip}
      title={connection.phase === "live" && connection.transport === "sse" ? text.viaStream : undefined}
    >
      <Dot tone={tones[connection.phase] ?? "mute"} />
      {words()}
    </span>
  );
}
