// Which row of a long list the keyboard is at. Only the rows near the window exist, so a row is scrolled to first and
// focused once it is there. Rows carry their place in `data-at`.

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

export interface Cursor {
  readonly at: number;
  /** So many rows on or back. */
  move(by: number): void;
  /** To the first row, from a search field for example. */
  enter(): void;
  /** A row got the focus by other means. */
  onFocus(at: number): void;
}

export function useCursor(list: RefObject<HTMLElement | null>, count: number, scrollTo: (at: number) => void): Cursor {
  const [at, setAt] = useState(0);
  const wanted = useRef<number | null>(null);
  const focus = useCallback(() => {
    if (wanted.current === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-at="${wanted.current}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  }, [list]);
  // A row that was far away is there once the list has rendered again.
  useEffect(focus);
  const go = useCallback(
    (to: number) => {
      if (count === 0) return;
      const next = Math.min(Math.max(to, 0), count - 1);
      wanted.current = next;
      scrollTo(next);
      setAt(next);
      focus();
    },
    [count, scrollTo, focus],
  );
  /** The list may have been sorted anew under the focus. */
  const present = useCallback(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || !list.current?.contains(focused)) return null;
    return focused.dataset.at === undefined ? null : Number(focused.dataset.at);
  }, [list]);
  const move = useCallback(
    (by: number) => {
      const from = present();
      go(from === null ? at : from + by);
    },
    [go, present, at],
  );
  return { at: Math.min(at, Math.max(0, count - 1)), move, enter: () => go(0), onFocus: setAt };
}
