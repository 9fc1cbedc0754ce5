// What riders did in a period: figures, their course against the period before, and the hours of the week. The address
// says which: from, to, bucket, metric, show, week. Used for the network, a region and a station alike.

import { useStatistics } from "@swapwire/react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { Button } from "../ui/button.tsx";
import { Empty, Skeleton } from "../ui/panel.tsx";
import { Figures } from "./figures.tsx";
import { type Metric, measured, metricOf } from "./metric.ts";
import { MetricPanel } from "./metric_panel.tsx";
import {
  type Bucket,
  bucketOf,
  isWhole,
  putRange,
  type Range,
  rangeOf,
  type Span,
  spanBefore,
  spanOf,
} from "./range.ts";
import { RangePicker } from "./range_picker.tsx";
import css from "./statistics_view.module.css";
import { useText } from "./text.ts";
import { WeekPanel } from "./week_panel.tsx";

/** Whose statistics: a station's for its owner, the network's or a region's for admins. */
export type Of = { readonly station: number } | { readonly bbox: string | undefined };

interface StatisticsViewProps {
  of: Of;
  /** What exported files are named after. */
  name: string;
  /** Beside the choice of the period. */
  controls?: ReactNode;
}

/** While somebody looks, the present moves on this often. */
const REFRESH_MS = 60_000;

export interface Period {
  readonly range: Range;
  readonly bucket: Bucket;
  readonly span: Span;
}

/** The period of the address, up to the present minute. */
export function usePeriod(): Period {
  const [search] = useSearchParams();
  const now = useMinute();
  const key = search.toString();
  return useMemo(() => {
    const asked = new URLSearchParams(key);
    const range = rangeOf(asked);
    const bucket = bucketOf(asked, range);
    return { range, bucket, span: spanOf(range, bucket, now) };
  }, [key, now]);
}

function useMinute(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const iso = ({ from, to }: Span) => ({ from: from.toISOString(), to: to.toISOString() });

export function StatisticsView({ of, name, controls }: StatisticsViewProps) {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const { range, bucket, span } = usePeriod();
  const metric = metricOf(search.get("metric"));
  const now = useStatistics({ ...of, ...iso(span), bucket });
  const earlier = spanBefore(range, bucket, span);
  const compared = useStatistics({ ...of, ...iso(earlier), bucket });
  const before = compared.data && !compared.error && isWhole(compared.data, earlier) ? compared.data : undefined;
  const put = (key: string, value: string) =>
    setSearch((held) => ({ ...Object.fromEntries(held), [key]: value }), { replace: true });
  return (
    <div className={css.view}>
      <div className={css.controls}>
        <RangePicker
          range={range}
          bucket={bucket}
          onRange={(chosen) => setSearch((held) => putRange(held, chosen))}
          onBucket={(chosen) => put("bucket", chosen)}
        />
        {controls}
      </div>
      {!now.data && now.error && <Failed onRetry={now.refresh} reason={now.error.message} />}
      {!now.data && !now.error && <Skeleton lines={8} label={text.loading} />}
      {now.data && (
        <>
          <Figures
            now={now.data.total}
            before={before?.total}
            course={(of: Metric) => (now.data?.items ?? []).map((item) => measured(item, of))}
            chosen={metric}
            onChoose={(chosen) => put("metric", chosen)}
          />
          <MetricPanel
            name={name}
            metric={metric}
            bucket={bucket}
            now={now.data.items}
            before={before?.items}
            to={span.to.getTime()}
            show={search.get("show") === "table" ? "table" : "chart"}
            onShow={(show) => put("show", show)}
          />
          <WeekPanel
            of={of}
            name={name}
            metric={metric}
            span={span}
            show={search.get("week") === "table" ? "table" : "chart"}
            onShow={(show) => put("week", show)}
          />
        </>
      )}
    </div>
  );
}

function Failed({ onRetry, reason }: { onRetry(): Promise<void>; reason: string }) {
  const text = useText();
  return (
    <Empty title={text.failed}>
      <p>{reason}</p>
      <Button onClick={() => void onRetry()}>{text.retry}</Button>
    </Empty>
  );
}
