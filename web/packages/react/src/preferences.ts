// The user's language, time zone and kinds of messages that are pushed.

import type { Client, paths, SwapwireError } from "@swapwire/client";
import { Subject } from "@swapwire/client";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { alsoShown, errorOf } from "./error.ts";
import { perClient } from "./per-client.ts";
import { useClient } from "./provider.tsx";
import { useRequest } from "./request.ts";
import { requestsOf } from "./request-cache.ts";

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
  const { pending } = changesOf(client);
  const { data, loading, error: loadError } = useRequest(KEY, () => client.http.get("/user/preferences/"));
  const { patches, error } = useSyncExternalStore(pending.subscribe, pending.get, () => nothingPending);
  const preferences = useMemo(() => data && patches.reduce(patched, data), [data, patches]);

  const change = useCallback((patch: PreferencesPatch) => alsoShown(changesOf(client).send(patch)), [client]);
  return useMemo(
    () => ({ preferences, loading, error: error ?? loadError, change }),
    [preferences, loading, error, loadError, change],
  );
}

/** What is changed but not answered. One request follows the other, so that the last answer knows of all. */
class Changes {
  readonly pending = new Subject(nothingPending);
  readonly #client: Client;
  #before: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  send(patch: PreferencesPatch): Promise<Preferences> {
    this.pending.set({ patches: [...this.pending.get().patches, patch], error: null });
    const answer = this.#before.then(() => this.#ask(patch));
    this.#before = answer.catch(() => {});
    return answer;
  }

  async #ask(patch: PreferencesPatch): Promise<Preferences> {
    try {
      const answer = await this.#client.http.patch("/user/preferences/", { body: patch });
      requestsOf(this.#client).set(KEY, answer);
      this.#settle(patch, null);
      return answer;
    } catch (cause) {
      const error = errorOf(cause);
      this.#settle(patch, error);
      throw error;
    }
  }

  #settle(patch: PreferencesPatch, error: SwapwireError | null): void {
    const { patches, error: before } = this.pending.get();
    this.pending.set({ patches: patches.filter((other) => other !== patch), error: error ?? before });
  }
}

const changesOf = perClient((client) => new Changes(client));

function patched(preferences: Preferences, { locale, time_zone, push }: PreferencesPatch): Preferences {
  return {
    locale: locale ?? preferences.locale,
    time_zone: time_zone ?? preferences.time_zone,
    push: { ...preferences.push, ...(push as Preferences["push"]) },
  };
}
