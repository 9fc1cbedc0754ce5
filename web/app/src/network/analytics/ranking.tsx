// The stations beside each other, the best or the worst first: a table that a column's heading orders.

import type { paths } from "@swapwire/client";
import { useClient, useRequest } from "@swapwire/react";
import { ArrowDown, ArrowUp } from "lucide-react";
import { Link, useSearchParams } from "wouter";
import { ExportButton } from "../../charts/chart_panel.tsx";
import { exportCsv } from "../../charts/export_csv.ts";
import { type Metric, measured, metrics, readable } from "../../charts/metric.ts";
import { usePeriod } from "../../charts/statistics_view.tsx";
import { useText as useChartText } from "../../charts/text.ts";
import { useFormat } from "../../i18n/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/field.tsx";
import { Empty, Panel, Skeleton } from "../../ui/panel.tsx";
import { useText } from "../text.ts";
import css from "./ranking.module.css";

type Answer = paths["/stats/stations/"]["get"]["responses"][200]["content"]["application/json"];
type Ranked = Answer["items"][number];
type Order = "asc" | "desc";

const PAGE = 20;
const MOST = 500;

/** What the address asks for. `limit` grows with "Show more". */
function useChoice() {
  const [search, setSearch] = useSearchParams();
  const sort = metrics.find((metric) => metric === search.get("sort")) ?? "bookings";
  const order: Order = search.get("order") === "asc" ? "asc" : "desc";
  const limit = Math.min(MOST, Math.max(PAGE, Number.parseInt(search.get("limit") ?? "", 10) || PAGE));
  const put = (change: Record<string, string>) =>
    setSearch((held) => ({ ...Object.fromEntries(held), ...change }), { replace: true });
  return { sort, order, limit, put };
}

export function Ranking({ bbox, name }: { bbox: string | undefined; name: string }) {
  const text = useText().analytics;
  const { sort, order, limit, put } = useChoice();
  const { span } = usePeriod();
  const { http } = useClient();
  const query = { from: span.from.toISOString(), to: span.to.toISOString(), sort, order, limit, ...(bbox && { bbox }) };
  const ask = () => http.get("/stats/stations/", { query });
  const { data, error, loading, refresh } = useRequest<Answer>(`ranking ${JSON.stringify(query)}`, ask, {
    keepPrevious: true,
  });
  const orders = [
    { value: "desc" as const, label: text.most },
    { value: "asc" as const, label: text.least },
  ];
  return (
    <Panel
      flush
      title={text.stations}
      label={text.stations}
      actions={
        <>
          <Segments label={text.order} value={order} choices={orders} onChange={(chosen) => put({ order: chosen })} />
          <ExportButton title={text.stations} onExport={() => data && exportRanking(name, data.items)} />
        </>
      }
    >
      <p className={css.note}>{text.stationsNote}</p>
      {!data && !error && <Skeleton lines={6} label={text.stations} />}
      {!data && error && <Failed onRetry={refresh} reason={error.message} />}
      {data?.items.length === 0 && <Empty title={text.none} />}
      {data && data.items.length > 0 && (
        <Table items={data.items} sort={sort} order={order} onSort={(chosen) => put(sortChange(chosen, sort, order))} />
      )}
      {data?.next && limit < MOST && (
        <div className={css.more}>
          <Button small busy={loading} onClick={() => put({ limit: String(Math.min(MOST, limit * 2)) })}>
            {text.more}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Failed({ onRetry, reason }: { onRetry(): Promise<void>; reason: string }) {
  const text = useText().analytics;
  const { retry } = useChartText();
  return (
    <Empty title={text.failed}>
      <p>{reason}</p>
      <Button onClick={() => void onRetry()}>{retry}</Button>
    </Empty>
  );
}

/** The same column again turns the order round. */
const sortChange = (chosen: Metric, sort: Metric, order: Order) => ({
  sort: chosen,
  order: chosen === sort && order === "desc" ? "asc" : "desc",
});

function exportRanking(name: string, items: readonly Ranked[]): void {
  exportCsv(
    `${name}-stations`,
    ["station_id", "station_name", "latitude", "longitude", ...metrics],
    items.map((item) => {
      const { id, name: station, latitude, longitude } = item.station;
      return [id, station, latitude, longitude, ...metrics.map((metric) => measured(item, metric))];
    }),
  );
}

interface TableProps {
  items: readonly Ranked[];
  sort: Metric;
  order: Order;
  onSort(metric: Metric): void;
}

function Table({ items, sort, order, onSort }: TableProps) {
  const text = useText().analytics;
  const { metrics: names } = useChartText();
  const Arrow = order === "desc" ? ArrowDown : ArrowUp;
  const largest = Math.max(0, ...items.map((item) => measured(item, sort) ?? 0));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: What scrolls has to be reached without a mouse.
    <div className={css.scroll} tabIndex={0}>
      <table className={css.table} aria-label={text.stations}>
        <thead>
          <tr>
            <th scope="col">{text.station}</th>
            {metrics.map((metric) => (
              <th
                key={metric}
                scope="col"
                className={css.number}
                aria-sort={metric !== sort ? undefined : order === "desc" ? "descending" : "ascending"}
              >
                <button type="button" className={css.sort} onClick={() => onSort(metric)}>
                  {names[metric]}
                  {metric === sort && <Arrow size={14} aria-hidden="true" />}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item.station.id} item={item} sort={sort} largest={largest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ item, sort, largest }: { item: Ranked; sort: Metric; largest: number }) {
  const format = useFormat();
  return (
    <tr>
      <th scope="row">
        <Link href={`/operator/stations/${item.station.id}`}>{item.station.name}</Link>
      </th>
      {metrics.map((metric) => {
        const value = measured(item, metric);
        return (
          <td key={metric} className={css.number}>
            {metric === sort && <meter className={css.bar} value={value ?? 0} max={largest || 1} aria-hidden="true" />}
            <span className={css.figure}>{readable(value, metric, format)}</span>
          </td>
        );
      })}
    </tr>
  );
}
