// The texts of the map.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/map.ts"),
  de: () => import("../i18n/de/map.ts"),
  am: () => import("../i18n/am/map.ts"),
});

export const useText = () => useCatalogue(texts);
