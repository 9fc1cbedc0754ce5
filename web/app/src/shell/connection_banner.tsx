// A banner for as long as the screen is not live, with a countdown to the next attempt. Once it is live again it says so.

import { type Connection, SwapwireError } from "@swapwire/client";
import { useClient, useConnection } from "@swapwire/react";
import { useEffect, useRef, useState } from "react";
import { useFormat } from "../i18n/context.tsx";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.ts";
import css from "./connection_banner.module.css";
import { useLastLive } from "./last_live.ts";
import { useText } from "./text.ts";

const SHOWN_AFTER_MS = 1_500;
const BACK_MS = 4_000;

/** True once the connection has been away for longer than a short interruption, and until it is live again. */
function useLost(connection: Connection): { lost: boolean; back: boolean } {
  const away = connection.phase !== "live" && connection.phase !== "idle";
  const [lost, setLost] = useState(false);
  const [back, setBack] = useState(false);
  const wasLost = useRef(false);
  useEffect(() => {
    if (away) {
      const timer = setTimeout(() => {
        wasLost.current = true;
        setLost(true);
      }, SHOWN_AFTER_MS);
      return () => clearTimeout(timer);
    }
    setLost(false);
    if (!wasLost.current) return;
    wasLost.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), BACK_MS);
    return () => clearTimeout(timer);
  }, [away]);
  return { lost, back: back && !away };
}

export function ConnectionBanner() {
  const text = useText();
  const client = useClient();
  const connection = useConnection();
  const { lost, back } = useLost(connection);
  const lastLive = useLastLive(connection);
  return (
    <div role="status">
      {back && <p className={`${css.banner} ${css.back}`}>{text.connection.back}</p>}
      {lost && (
        <div className={css.banner}>
          <Reason connection={connection} lastLive={lastLive} />
          {(connection.phase === "waiting" || connection.phase === "refused") && (
            <Button small onClick={() => client.retry()}>
              {text.retry}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Reason({ connection, lastLive }: { connection: Connection; lastLive: number | null }) {
  const text = useText().connection;
  const format = useFormat();
  const now = useNow();
  if (connection.phase === "stale") return text.stale(format.time(connection.since));
  const age = lastLive === null ? "" : text.asOf(format.dateTime(lastLive));
  if (connection.phase === "refused") {
    const { error } = connection;
    return `${text.refused(error instanceof SwapwireError ? error.message : String(error))} ${age}`;
  }
  if (connection.phase !== "waiting") return `${text.connecting} ${age}`;
  const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
  return (
    <span>
      {age} {/* The countdown is not read out each second. */}
      <span aria-live="off">{text.waiting(seconds)}</span>
    </span>
  );
}
