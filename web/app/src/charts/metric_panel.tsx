// One figure over the period, bucket by bucket, against the period before.

import { lazy, Suspense, useMemo } from "react";
import { useLocale } from "../i18n/context.tsx";
import { formatTag } from "../i18n/locale.ts";
import { Skeleton } from "../ui/panel.tsx";
import { ChartPanel, DataTable, type Show } from "./chart_panel.tsx";
import { exportCsv } from "./export_csv.ts";
import { type Interval, type Metric, readable } from "./metric.ts";
import type { Bucket } from "./range.ts";
import { useText } from "./text.ts";
import { pointsOf, whenOf } from "./when.ts";

const TimeChart = lazy(() => import("./time_chart.tsx"));

interface MetricPanelProps {
  name: string;
  metric: Metric;
  bucket: Bucket;
  now: readonly Interval[];
  before: readonly Interval[] | undefined;
  /** Where the period ends, in milliseconds since 1970. */
  to: number;
  show: Show;
  onShow(show: Show): void;
}

export function MetricPanel({ name, metric, bucket, now, before, to, show, onShow }: MetricPanelProps) {
  const { locale, format } = useLocale();
  const text = useText();
  const title = text.metrics[metric];
  const points = useMemo(() => pointsOf(bucket, metric, now, before, to), [bucket, metric, now, before, to]);
  const when = useMemo(() => whenOf(formatTag(locale), bucket), [locale, bucket]);
  const read = (value: number | null) => readable(value, metric, format);
  const rows = () =>
    points.at.map((at, place) => [at, points.now[place] ?? null, points.before[place] ?? null] as const);
  const onExport = () =>
    exportCsv(
      `${name}-${metric}`,
      ["start", metric, `${metric}_before`],
      rows().map(([at, value, earlier]) => [new Date(at).toISOString(), value, earlier]),
    );
  return (
    <ChartPanel
      title={title}
      note={bucket === "day" ? `${text.explained[metric]} · ${text.range.utcDays}` : text.explained[metric]}
      show={show}
      onShow={onShow}
      onExport={onExport}
      chart={
        <Suspense fallback={<Skeleton lines={8} label={text.loading} />}>
          <TimeChart {...points} title={title} readable={read} when={when} />
        </Suspense>
      }
      table={
        <DataTable
          label={title}
          columns={[{ name: text.start }, { name: text.now, number: true }, { name: text.before, number: true }]}
          rows={rows().map(([at, value, earlier]) => [when(at), read(value), read(earlier)])}
        />
      }
    />
  );
}
