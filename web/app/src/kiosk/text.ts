// The texts of the kiosk.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/kiosk.ts"),
  de: () => import("../i18n/de/kiosk.ts"),
  am: () => import("../i18n/am/kiosk.ts"),
});

export const useText = () => useCatalogue(texts);
