// The texts of charts and what belongs to them.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/charts.ts"),
  de: () => import("../i18n/de/charts.ts"),
  am: () => import("../i18n/am/charts.ts"),
});

export const useText = () => useCatalogue(texts);
