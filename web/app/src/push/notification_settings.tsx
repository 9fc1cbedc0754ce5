// Which messages reach the person while no page is open, and in which language and time zone messages are written.

import { useClient, usePreferences } from "@swapwire/react";
import { useEffect, useState } from "react";
import { isLocale, localeNames, locales } from "../i18n/locale.ts";
import { Checkbox, SelectField } from "../ui/field.tsx";
import { Panel, Skeleton } from "../ui/panel.tsx";
import { useToast } from "../ui/toast.tsx";
import css from "./notification_settings.module.css";
import { type PushState, pushState, subscribe, unsubscribe } from "./subscription.ts";
import { useText } from "./text.ts";

export default function NotificationSettings() {
  const text = useText();
  const { preferences, change, error } = usePreferences();
  const toast = useToast();
  if (!preferences)
    return <Panel title={text.title}>{error ? text.failed(error.message) : <Skeleton label={text.title} />}</Panel>;
  const save: typeof change = (patch) => {
    const saved = change(patch);
    saved.catch((refusal: Error) => toast(text.failed(refusal.message), "bad"));
    return saved;
  };
  return (
    <>
      <Panel title={text.title}>
        <ThisDevice />
        <fieldset className={css.kinds}>
          <legend>{text.kinds}</legend>
          {Object.entries(preferences.push).map(([kind, on]) => (
            <Checkbox
              key={kind}
              label={text.names[kind] ?? kind}
              checked={on}
              onChange={({ target }) => void save({ push: { [kind]: target.checked } }).catch(() => {})}
            />
          ))}
        </fieldset>
      </Panel>
      <Panel title={text.messages}>
        <div className={css.fields}>
          <SelectField
            label={text.locale}
            value={preferences.locale}
            onChange={({ target }) => isLocale(target.value) && void save({ locale: target.value }).catch(() => {})}
          >
            {locales.map((locale) => (
              <option key={locale} value={locale} lang={locale}>
                {localeNames[locale]}
              </option>
            ))}
          </SelectField>
          <TimeZone zone={preferences.time_zone} onChange={(time_zone) => void save({ time_zone }).catch(() => {})} />
        </div>
      </Panel>
    </>
  );
}

function ThisDevice() {
  const text = useText();
  const client = useClient();
  const toast = useToast();
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    pushState().then(setState, () => setState("unsupported"));
  }, []);
  const change = async (on: boolean) => {
    setBusy(true);
    try {
      setState(await (on ? subscribe(client) : unsubscribe(client)));
    } catch (error) {
      toast(text.failed(error instanceof Error ? error.message : String(error)), "bad");
    } finally {
      setBusy(false);
    }
  };
  const possible = state === "on" || state === "off";
  return (
    <div>
      <Checkbox
        label={text.here}
        checked={state === "on"}
        disabled={!possible || busy}
        onChange={({ target }) => void change(target.checked)}
      />
      <p className={css.state} role="status">
        {state && text.states[state]}
      </p>
    </div>
  );
}

function TimeZone({ zone, onChange }: { zone: string; onChange(zone: string): void }) {
  const text = useText();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = new Set(["UTC", here, zone, ...Intl.supportedValuesOf("timeZone")]);
  return (
    <SelectField
      label={text.zone}
      value={zone}
      hint={text.zoneHint(here)}
      onChange={({ target }) => onChange(target.value)}
    >
      {[...zones].sort().map((name) => (
        <option key={name}>{name}</option>
      ))}
    </SelectField>
  );
}
