// The languages of the app and which one to show.

export const locales = ["en", "de", "am"] as const;
export type Locale = (typeof locales)[number];

/** Each language's name in itself. */
export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch", am: "አማርኛ" };

/** No native speaker has read these yet; the settings page says so. */
export const unreviewed: ReadonlySet<Locale> = new Set(["am"]);

const KEY = "swapwire.locale";

export function isLocale(text: string | null | undefined): text is Locale {
  return locales.some((locale) => locale === text);
}

/** What was chosen here before, otherwise the first of the browser's languages that the app has. */
export function initialLocale(): Locale {
  const chosen = localStorage.getItem(KEY);
  if (isLocale(chosen)) return chosen;
  for (const language of navigator.languages) {
    const base = language.split("-")[0];
    if (isLocale(base)) return base;
  }
  return "en";
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale);
}

/**
 * The tag that numbers and times are formatted with. The browser's own region is kept if its language is the same:
 * de-CH writes numbers another way than de-DE. Amharic shows the Gregorian calendar and a 24-hour clock, as the API's
 * times do, and not the Ethiopian calendar, so that a time on the screen equals the one in a message.
 */
export function formatTag(locale: Locale): string {
  if (locale === "am") return "am-u-ca-gregory-hc-h23";
  return navigator.languages.find((language) => language.split("-")[0] === locale) ?? locale;
}
