// The texts of the operator's pages.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/operator.ts"),
  de: () => import("../i18n/de/operator.ts"),
  am: () => import("../i18n/am/operator.ts"),
});

export const useText = () => useCatalogue(texts);
export type Texts = ReturnType<typeof useText>;
