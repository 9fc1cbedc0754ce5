// Any request by key, for pages that show lists and forms.

import type { SwapwireError } from "@swapwire/client";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useClient } from "./provider.tsx";
import { notAsked, requestsOf } from "./request-cache.ts";

export interface Request<Data> {
  /** The last answer; it stays while the request is repeated, and when that fails. */
  data: Data | undefined;
  error: SwapwireError | null;
  loading: boolean;
  refresh(): Promise<void>;
}

export interface RequestOptions {
  /** An answer younger than this is not asked for again when another component shows it. A second unless told. */
  freshMs?: number | undefined;
  /** Repeats it this often while it is shown, and the page too. */
  everyMs?: number | undefined;
  /** While another key has no answer yet, shows the one of the key before. */
  keepPrevious?: boolean | undefined;
}

const nothingAsked = { ...notAsked, loading: false };
/** Where there are no pages, as in React Native, none is hidden. */
const isHidden = () => typeof document !== "undefined" && document.hidden;
const noSubscription = () => () => {};

/**
 * Components with the same key share one request and its answer. `load` may be written inline: the key alone says what
 * is asked for, so everything that `load` depends on belongs in it. With a key of null nothing is asked.
 */
export function useRequest<Data>(
  key: string | null,
  load: () => Promise<Data>,
  { freshMs = 1_000, everyMs, keepPrevious = false }: RequestOptions = {},
): Request<Data> {
  const requests = requestsOf(useClient());
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  const subscribe = useMemo(
    () => (key === null ? noSubscription : (listener: () => void) => requests.subscribe(key, listener)),
    [requests, key],
  );
  const read = () => (key === null ? nothingAsked : requests.read(key));
  const state = useSyncExternalStore(subscribe, read, () => (key === null ? nothingAsked : notAsked));
  useEffect(() => {
    if (key === null) return;
    requests.want(key, () => latest.current(), freshMs);
    if (everyMs === undefined) return;
    const timer = setInterval(() => isHidden() || void requests.refresh(key), everyMs);
    return () => clearInterval(timer);
  }, [requests, key, freshMs, everyMs]);
  const refresh = useCallback(async () => {
    if (key !== null) await requests.refresh(key);
  }, [requests, key]);
  const data = useKept(state.data as Data | undefined, keepPrevious && key !== null);
  const { error, loading } = state;
  return useMemo(() => ({ data, error, loading, refresh }), [data, error, loading, refresh]);
}

/** Asks again for everything whose key begins so: after a change that lists elsewhere should show. */
export function useRefresh(): (prefix: string) => Promise<void> {
  const requests = requestsOf(useClient());
  return useCallback((prefix) => requests.refresh(prefix), [requests]);
}

function useKept<Data>(data: Data | undefined, keep: boolean): Data | undefined {
  const [kept, setKept] = useState(data);
  if (data !== undefined && !Object.is(data, kept)) setKept(data);
  return data === undefined && keep ? kept : data;
}
