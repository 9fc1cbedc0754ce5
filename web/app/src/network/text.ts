// The texts of the network's pages.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/network.ts"),
  de: () => import("../i18n/de/network.ts"),
  am: () => import("../i18n/am/network.ts"),
});

export const useText = () => useCatalogue(texts);
