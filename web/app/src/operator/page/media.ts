// Whether a media query holds, for what a style sheet can't decide alone: the height of a virtual row.

import { useMemo, useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => media.matches,
  );
}

/** The width below which tables leave out what a phone has no room for. */
export const PHONE = "(max-width: 40rem)";
