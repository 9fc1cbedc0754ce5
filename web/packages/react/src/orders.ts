// The rider's orders, live and by pages.

import type { Order, OrderStatus } from "@swapwire/client";
import { useMemo, useSyncExternalStore } from "react";
import { alsoShown } from "./error.ts";
import { noOrders, type OrderListState, ordersOf } from "./order-lists.ts";
import { useClient } from "./provider.tsx";

export interface Orders extends OrderListState {
  /** Reads the next page; does nothing where there is none. */
  more(): Promise<void>;
  refresh(): Promise<void>;
  /**
   * Shown at once, and taken back if it is refused. The reason is the promise's rejection, a SwapwireError, and stays
   * in `error` until the next answer: await the promise or show `error`, as you like.
   */
  collect(id: number): Promise<Order>;
  cancel(id: number): Promise<Order>;
}

const onServer = () => noOrders;

/** Newest first. Lists of the same status are one, whoever asks. */
export function useOrders({ status }: { status?: OrderStatus | undefined } = {}): Orders {
  const book = ordersOf(useClient());
  const list = useMemo(() => book.list(status), [book, status]);
  const state = useSyncExternalStore(list.subscribe, list.get, onServer);
  return useMemo(
    () => ({
      ...state,
      more: list.more,
      refresh: list.refresh,
      collect: (id) => alsoShown(book.act(id, "collect")),
      cancel: (id) => alsoShown(book.act(id, "cancel")),
    }),
    [state, list, book],
  );
}
