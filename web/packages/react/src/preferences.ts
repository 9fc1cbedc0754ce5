// The user's language, time zone and kinds of messages that are pushed.

import type { paths, SwapwireError } from "@swapwire/client";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { alsoShown, errorOf } from "./error.ts";
import { perClient } from "./per-client.ts";
import { useClient } from "./provider.tsx";
import { useRequest } from "./request.ts";
import { requestsOf } from "./request-cache.ts";
import { Store } from "./store.ts";

type Path = paths["/user/preferences/"];
export type Preferences = Path["get"]["responses"][200]["content"]["application/json"];
export type PreferencesPatch = Path["patch"]["requestBody"]["content"]["application/json"];

export interface PreferencesResult {
  preferences: Preferences | undefined;
  loading: boolean;
  error: SwapwireError | null;
  /** Shown at once, and taken back if it is refused: the promise's rejection says why, and `error` too. */
  change(patch: PreferencesPatch): Promise<Preferences>;
}

const KEY = "preferences";
const nothingPending = { patches: [] as readonly PreferencesPatch[], error: null as SwapwireError | null };

export function usePreferences(): PreferencesResult {
  const client = useClient();
  const pending = pendingOf(client);
  const { data, loading, error: loadError } = useRequest(KEY, () => client.http.get("/user/preferences/"));
  const { patches, error } = useSyncExternalStore(pending.subscribe, pending.get, () => nothingPending);
  const preferences = useMemo(() => data && patches.reduce(patched, data), [data, patches]);

  const change = useCallback(
    (patch: PreferencesPatch) => {
      const send = async () => {
        pending.set({ patches: [...pending.get().patches, patch], error: null });
        const others = () => pending.get().patches.filter((other) => other !== patch);
        try {
          const answer = await client.http.patch("/user/preferences/", { body: patch });
          requestsOf(client).set(KEY, answer);
          pending.set({ patches: others(), error: null });
          return answer;
        } catch (cause) {
          const error = errorOf(cause);
          pending.set({ patches: others(), error });
          throw error;
        }
      };
      return alsoShown(send());
    },
    [client, pending],
  );
  return useMemo(
    () => ({ preferences, loading, error: error ?? loadError, change }),
    [preferences, loading, error, loadError, change],
  );
}

const pendingOf = perClient(() => new Store(nothingPending));

function patched(preferences: Preferences, { locale, time_zone, push }: PreferencesPatch): Preferences {
  return {
    locale: locale ?? preferences.locale,
    time_zone: time_zone ?? preferences.time_zone,
    push: { ...preferences.push, ...(push as Preferences["push"]) },
  };
}
