// Statistics of the network, a region or a station.

import type { Box, Statistics, SwapwireError } from "@swapwire/client";
import { useClient } from "./provider.tsx";
import { useRequest } from "./request.ts";

export interface StatisticsQuery {
  /** RFC 3339. A time that is new at each render, such as now, asks at each render: keep it in state. */
  from?: string | undefined;
  to?: string | undefined;
  bucket?: Statistics["bucket"] | undefined;
  /** Only stations in the box; not with `station`. */
  bbox?: Box | string | undefined;
  /** Only this station. */
  station?: number | undefined;
}

export interface StatisticsResult {
  /** The last answer, also while the next one is on its way. */
  data: Statistics | undefined;
  loading: boolean;
  error: SwapwireError | null;
  refresh(): Promise<void>;
}

/** With null nothing is asked. */
export function useStatistics(query: StatisticsQuery | null): StatisticsResult {
  const { http } = useClient();
  const { from, to, bucket, station } = query ?? {};
  const bbox = query?.bbox?.toString();
  const load = () => {
    const range = { ...(from && { from }), ...(to && { to }), ...(bucket && { bucket }) };
    if (station === undefined) return http.get("/stats/", { query: { ...range, ...(bbox && { bbox }) } });
    return http.get("/stations/{station_id}/stats/", { path: { station_id: station }, query: range });
  };
  const key = query && `statistics ${JSON.stringify([station, bbox, from, to, bucket])}`;
  return useRequest(key, load, { keepPrevious: true });
}
