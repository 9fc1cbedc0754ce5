// What a station needs, in words.

import type { Station } from "@swapwire/client";
import { useFormat } from "../../i18n/context.tsx";
import { Badge, Dot } from "../../ui/badge.tsx";
import { useText } from "../text.ts";
import css from "./concern_badges.module.css";
import { type Concern, concernsOf, type Hold } from "./concerns.ts";
import { toneOf } from "./filters.tsx";

interface ConcernsProps {
  station: Station;
  faulty: number;
  expiring: readonly Hold[] | undefined;
}

export function Concerns({ station, faulty, expiring }: ConcernsProps) {
  const text = useText();
  const format = useFormat();
  const id = station.station_id;
  const concerns = concernsOf(station, {
    faulty: faulty > 0 ? new Map([[id, faulty]]) : new Map(),
    expiring: expiring ? new Map([[id, expiring]]) : new Map(),
  });
  const words = (concern: Concern): string => {
    if (concern === "faulty") return text.concerns.faulty(format.number(faulty), faulty);
    if (concern === "expiring") {
      const first = expiring?.[0];
      return text.concerns.expiring(expiring?.length ?? 0, first ? format.time(first.expires_at) : "");
    }
    return text.concerns[concern];
  };
  if (concerns.length === 0) {
    return (
      <span className={css.fine}>
        <Dot tone="good" />
        {text.status.online}
      </span>
    );
  }
  return (
    <span className={css.concerns}>
      {concerns.map((concern) => (
        <Badge key={concern} tone={toneOf[concern]}>
          {words(concern)}
        </Badge>
      ))}
    </span>
  );
}
