// The texts of the rider's pages, and the reasons of refusals in words.

import type { SwapwireError } from "@swapwire/client";
import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/rider.ts"),
  de: () => import("../i18n/de/rider.ts"),
  am: () => import("../i18n/am/rider.ts"),
});

export const load = texts.load;
export const useText = () => useCatalogue(texts);
type Texts = ReturnType<typeof useText>;

/** Why something was refused. A code that has no words here is told in the service's own. */
export function reasonOf({ code, status, message }: SwapwireError, text: Texts): string {
  const words = text.refusals[code] ?? (status >= 500 ? text.refusals.unavailable : undefined);
  return words ?? text.refused(message);
}
