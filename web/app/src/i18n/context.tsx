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
  /** The texts of a language if they are here already. */
  get(locale: Locale): Texts | undefined;
  load(locale: Locale): Promise<Texts>;
}

/** Texts in every language, each loaded when it is first asked for. */
export function catalogue<Texts>(loaders: Record<Locale, () => Promise<{ default: Texts }>>): Catalogue<Texts> {
  const pending = new Map<Locale, Promise<Texts>>();
  const loaded = new Map<Locale, Texts>();
  const load = (locale: Locale): Promise<Texts> => {
    let loading = pending.get(locale);
    if (!loading) {
      loading = loaders[locale]().then((module) => {
        loaded.set(locale, module.default);
        return module.default;
      });
      // A failed load (offline) may succeed later.
      loading.catch(() => pending.delete(locale));
      pending.set(locale, loading);
    }
    return loading;
  };
  return { get: (locale) => loaded.get(locale), load };
}

/** Suspends until the texts of the chosen language are here. */
export function useCatalogue<Texts>(texts: Catalogue<Texts>): Texts {
  const { locale } = useLocale();
  return texts.get(locale) ?? use(texts.load(locale));
}
