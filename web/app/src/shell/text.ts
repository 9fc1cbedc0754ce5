// The texts of the frame around every page.

import { catalogue } from "../i18n/context.tsx";

export const { useText, load } = catalogue({
  en: () => import("../i18n/en/shell.ts"),
  de: () => import("../i18n/de/shell.ts"),
  am: () => import("../i18n/am/shell.ts"),
});
