// The texts of the frame around every page.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/shell.ts"),
  de: () => import("../i18n/de/shell.ts"),
  am: () => import("../i18n/am/shell.ts"),
});

export const load = texts.load;
export const useText = () => useCatalogue(texts);
