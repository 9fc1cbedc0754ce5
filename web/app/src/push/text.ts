// The texts of the notification settings.

import { catalogue, useCatalogue } from "../i18n/context.tsx";

const texts = catalogue({
  en: () => import("../i18n/en/push.ts"),
  de: () => import("../i18n/de/push.ts"),
  am: () => import("../i18n/am/push.ts"),
});

export const useText = () => useCatalogue(texts);
