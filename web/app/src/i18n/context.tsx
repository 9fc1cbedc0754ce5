// The chosen language for all components, and catalogues of texts that load with the area that needs them.

import { createContext, type ReactNode, use, useContext, useEffect, useMemo, useState } from "react";
import { createFormats, type Formats } from "./format.ts";
import { formatTag, initialLocale, type Locale, rememberLocale } from "./locale.ts";

interface LocaleState {
  readonly locale: Locale;
  readonly format: Formats;
  choose(locale: Locale): void;
}

const Context = createContext<LocaleState | null>(null);

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState(initialLocale);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const state = useMemo(() => {
    const choose = (chosen: Locale) => {
      rememberLocale(chosen);
      setLocale(chosen);
    };
    return { locale, format: createFormats(formatTag(locale)), choose };
  }, [locale]);
  return <Context value={state}>{children}</Context>;
}

export function useLocale(): LocaleState {
  const state = useContext(Context);
  if (!state) throw new Error("useLocale needs a LocaleProvider above it.");
  return state;
}

/** Numbers, distances and times as the chosen language writes them. */
export const useFormat = (): Formats => useLocale().format;

export interface Catalogue<Texts> {
  load(locale: Locale): Promise<Texts>;
}

/** Texts in every language, each loaded when it is first asked for. */
export function catalogue<Texts>(loaders: Record<Locale, () => Promise<{ default: Texts }>>): Catalogue<Texts> {
  const known = new Map<Locale, Promise<Texts>>();
  const load = (locale: Locale): Promise<Texts> => {
    const before = known.get(locale);
    if (before) return before;
    const loading = loaders[locale]().then((module) => module.default);
    known.set(locale, loading);
    loading.then(
      // `use` reads these, and need not suspend for what is here already.
      (value) => Object.assign(loading, { status: "fulfilled", value }),
      // A failed load (offline) may succeed later.
      () => known.delete(locale),
    );
    return loading;
  };
  return { load };
}

/** Suspends until the texts of the chosen language are here. */
export function useCatalogue<Texts>(texts: Catalogue<Texts>): Texts {
  const { locale } = useLocale();
  return use(texts.load(locale));
}
