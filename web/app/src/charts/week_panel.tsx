// One figure by the hour of the week: when batteries are short.

import { useStatistics } from "@swapwire/react";
import { useMemo } from "react";
import { useLocale } from "../i18n/context.tsx";
import { formatTag } from "../i18n/locale.ts";
import { Skeleton } from "../ui/panel.tsx";
import { ChartPanel, DataTable, type Show } from "./chart_panel.tsx";
import { exportCsv } from "./export_csv.ts";
import { HeatMap, hourName, weekdayNames } from "./heat_map.tsx";
import { type Metric, readable } from "./metric.ts";
import { type Span, spanOfWeeks } from "./range.ts";
import type { Of } from "./statistics_view.tsx";
import { useText } from "./text.ts";
import { hoursFromUtc, weekOf } from "./week.ts";

interface WeekPanelProps {
  of: Of;
  name: string;
  metric: Metric;
  span: Span;
  show: Show;
  onShow(show: Show): void;
}

export function WeekPanel({ of, name, metric, span, show, onShow }: WeekPanelProps) {
  const { locale, format } = useLocale();
  const text = useText();
  const { from, to } = spanOfWeeks(span);
  const query = { ...of, from: from.toISOString(), to: to.toISOString(), bucket: "hour_of_week" as const };
  const { data } = useStatistics(query);
  const local = hoursFromUtc(to.getTimezoneOffset());
  const cells = useMemo(() => weekOf(data?.items ?? [], metric, local ?? 0), [data, metric, local]);
  const names = useMemo(() => weekdayNames(formatTag(locale)), [locale]);
  const title = `${text.week.title}: ${text.metrics[metric]}`;
  const isMean = metric === "occupancy" || metric === "time_to_collection";
  const note = (isMean ? text.week.mean : text.week.total)(format.day(from), format.day(to));
  const unit = metric === "occupancy" ? ", %" : metric === "time_to_collection" ? ", min" : "";
  const onExport = () =>
    exportCsv(
      `${name}-${metric}-hour-of-week`,
      ["weekday", "hour", metric],
      cells.map(({ weekday, hour, value }) => [weekday, hour, value]),
    );
  return (
    <ChartPanel
      title={title}
      note={`${note}, ${local === null ? text.week.utc : text.week.local}${unit}`}
      show={show}
      onShow={onShow}
      onExport={onExport}
      chart={
        data ? <HeatMap label={title} metric={metric} cells={cells} /> : <Skeleton lines={7} label={text.loading} />
      }
      table={
        <DataTable
          label={title}
          columns={[{ name: `${text.week.weekday}, ${text.week.hour}` }, { name: text.metrics[metric], number: true }]}
          rows={cells.map(({ weekday, hour, value }) => [
            `${names[weekday - 1]} ${hourName(hour)}:00`,
            readable(value, metric, format),
          ])}
        />
      }
    />
  );
}
