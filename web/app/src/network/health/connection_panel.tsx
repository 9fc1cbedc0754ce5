// This screen's own live connection: by what it is carried and how long a message takes there and back.

import type { Connection } from "@swapwire/client";
import { useStationIds } from "@swapwire/react";
import { useSyncExternalStore } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useText } from "../text.ts";
import css from "./health_page.module.css";

const tones: Record<Connection["phase"], Tone> = {
  idle: "mute",
  connecting: "info",
  live: "good",
  stale: "warn",
  waiting: "bad",
  refused: "bad",
};

const everything = { all: true as const };

export function ConnectionPanel() {
  const text = useText().health;
  const format = useFormat();
  const { source, ids } = useStationIds(everything);
  const connection = useSyncExternalStore(source.connection.subscribe, source.connection.get);
  const live = connection.phase === "live" ? connection : null;
  const roundTrip = live?.roundTripMs;
  return (
    <Panel
      title={text.connection}
      label={text.connection}
      actions={<Badge tone={tones[connection.phase]}>{text.phases[connection.phase]}</Badge>}
    >
      <dl className={css.facts}>
        <div>
          <dt>{text.roundTrip}</dt>
          <dd>{roundTrip == null ? text.notMeasured : `${format.number(Math.round(roundTrip * 10) / 10)} ms`}</dd>
        </div>
        {live && (
          <div>
            <dt>{text.via}</dt>
            <dd>{text.transport[live.transport]}</dd>
          </div>
        )}
        <div>
          <dt>{text.followed}</dt>
          <dd>{format.number(ids.length)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
