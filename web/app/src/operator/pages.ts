// A list that the server hands out in pages: more on demand, and anew up to where it was loaded.

import type { SwapwireError } from "@swapwire/client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { errorOf } from "./bulk/outcome.ts";

interface Page<Item> {
  items: Item[];
  next?: string | null;
}

export interface Pages<Item> {
  readonly items: readonly Item[];
  /** False until the first page is here. */
  readonly ready: boolean;
  readonly loading: boolean;
  readonly error: SwapwireError | null;
  readonly hasMore: boolean;
  more(): void;
  /** As much as is shown, anew. */
  refresh(): Promise<void>;
}

interface State<Item> {
  of: unknown;
  items: readonly Item[];
  next: string | null;
  ready: boolean;
  loading: boolean;
  error: SwapwireError | null;
}

const PAGE = 100;
const LARGEST_PAGE = 500;
const nothing = { items: [], next: null, ready: false, loading: true, error: null };

/** `load` is what the list is of: another function is another list. */
export function usePages<Item extends { id: number }>(
  load: (after: string | null, limit: number) => Promise<Page<Item>>,
): Pages<Item> {
  const [state, setState] = useState<State<Item>>({ of: load, ...nothing });
  const shown: State<Item> = state.of === load ? state : { of: load, ...nothing };
  const latest = useRef(shown);
  latest.current = shown;
  const turn = useRef(0);

  const fetchUpTo = useCallback(
    async (count: number) => {
      turn.current += 1;
      const mine = turn.current;
      try {
        const { items, next } = await loadUpTo(load, count);
        if (mine !== turn.current) return;
        const held = latest.current.of === load ? latest.current.items : [];
        setState({ of: load, items: keepSame(held, items), next, ready: true, loading: false, error: null });
      } catch (cause) {
        if (mine !== turn.current) return;
        setState({ ...latest.current, loading: false, error: errorOf(cause) });
      }
    },
    [load],
  );

  useEffect(() => {
    void fetchUpTo(PAGE);
    return () => {
      turn.current += 1;
    };
  }, [fetchUpTo]);

  const more = useCallback(() => {
    const { next, items, loading } = latest.current;
    if (next === null || loading) return;
    const mine = ++turn.current;
    setState({ ...latest.current, loading: true });
    load(next, LARGEST_PAGE).then(
      (page) => {
        if (mine !== turn.current) return;
        setState({ ...latest.current, items: [...items, ...page.items], next: page.next ?? null, loading: false });
      },
      (cause) => {
        if (mine === turn.current) setState({ ...latest.current, loading: false, error: errorOf(cause) });
      },
    );
  }, [load]);

  const refresh = useCallback(() => fetchUpTo(Math.max(PAGE, latest.current.items.length)), [fetchUpTo]);
  const { items, next, ready, loading, error } = shown;
  return useMemo(
    () => ({ items, ready, loading, error, hasMore: next !== null, more, refresh }),
    [items, next, ready, loading, error, more, refresh],
  );
}

async function loadUpTo<Item>(load: (after: string | null, limit: number) => Promise<Page<Item>>, count: number) {
  const items: Item[] = [];
  let next: string | null = null;
  do {
    const page = await load(next, Math.min(LARGEST_PAGE, count - items.length));
    items.push(...page.items);
    next = page.next ?? null;
  } while (next !== null && items.length < count);
  return { items, next };
}

/** An item that says what it said before stays the same object, so that its row does not render again. */
function keepSame<Item extends { id: number }>(held: readonly Item[], now: readonly Item[]): readonly Item[] {
  const before = new Map(held.map((item) => [item.id, item]));
  return now.map((item) => {
    const known = before.get(item.id);
    return known && JSON.stringify(known) === JSON.stringify(item) ? known : item;
  });
}
