// What riders did at a station in a range of time, in figures and by hour or day.

import type { Statistics } from "@swapwire/client";
import { useStatistics } from "@swapwire/react";
import { useState } from "react";
import { useSearchParams } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Segments } from "../../ui/field.tsx";
import { Empty, Panel, Skeleton } from "../../ui/panel.tsx";
import { errorText } from "../error_text.ts";
import { useText } from "../text.ts";
import css from "./station_statistics.module.css";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ranges = {
  day: { ms: DAY_MS, bucket: "hour" },
  week: { ms: 7 * DAY_MS, bucket: "day" },
  month: { ms: 30 * DAY_MS, bucket: "day" },
} as const;
type Range = keyof typeof ranges;
const names = ["day", "week", "month"] as const;

export default function StationStatistics({ id }: { id: number }) {
  const text = useText();
  const shell = useShellText();
  const [search, setSearch] = useSearchParams();
  const range = names.find((name) => name === search.get("range")) ?? "day";
  const choose = (next: Range) => {
    const changed = new URLSearchParams(search);
    changed.set("range", next);
    setSearch(changed, { replace: true });
  };
  const [opened] = useState(() => Date.now());
  const { ms, bucket } = ranges[range];
  const from = new Date(Math.floor((opened - ms) / HOUR_MS) * HOUR_MS).toISOString();
  const { data, error } = useStatistics({ station: id, from, bucket });
  const choices = names.map((value) => ({ value, label: text.statistics.ranges[value] }));
  return (
    <div className={css.statistics}>
      <Segments label={text.statistics.range} value={range} choices={choices} onChange={choose} />
      {error && !data && <Empty title={errorText(text, error)} />}
      {!error && !data && <Skeleton lines={5} label={shell.loading} />}
      {data && <Figures data={data} />}
    </div>
  );
}

const kinds = ["bookings", "collections", "cancellations", "expiries"] as const;

function Figures({ data }: { data: Statistics }) {
  const text = useText().statistics;
  const format = useFormat();
  const { total } = data;
  const toCollection = total.mean_seconds_to_collection;
  return (
    <>
      <dl className={css.totals}>
        {kinds.map((kind) => (
          <div key={kind}>
            <dt>{text.kinds[kind]}</dt>
            <dd>{format.number(total[kind])}</dd>
          </div>
        ))}
        <div>
          <dt>{text.toCollection}</dt>
          <dd>{toCollection === null || toCollection === undefined ? "–" : format.duration(toCollection * 1_000)}</dd>
        </div>
        <div>
          <dt>{text.occupancy}</dt>
          <dd>{total.occupancy_percent == null ? "–" : format.percent(total.occupancy_percent / 100)}</dd>
        </div>
      </dl>
      <Panel flush label={text.table}>
        <Intervals data={data} />
      </Panel>
    </>
  );
}

function Intervals({ data }: { data: Statistics }) {
  const text = useText().statistics;
  const format = useFormat();
  const when = (at: string) => (data.bucket === "hour" ? `${format.day(at)}, ${format.time(at)}` : format.day(at));
  return (
    <div className={css.scroller}>
      <table className={css.table} aria-label={text.table}>
        <thead>
          <tr>
            <th scope="col">{data.bucket === "hour" ? text.hour : text.day}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col" className={css.number}>
                {text.kinds[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...data.items].reverse().map((item) => {
            const at = "start" in item ? item.start : "";
            return (
              <tr key={at}>
                <th scope="row">{at && when(at)}</th>
                {kinds.map((kind) => (
                  <td key={kind} className={css.number} data-none={item[kind] === 0 || undefined}>
                    {format.number(item[kind])}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
