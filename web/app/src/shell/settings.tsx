// Language, colours, notifications and account of whoever uses this tab.

import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { useLocale } from "../i18n/context.tsx";
import { isLocale, localeNames, locales, unreviewed } from "../i18n/locale.ts";
import { useSession } from "../session/context.tsx";
import { chooseTheme, themes, useTheme } from "../theme/theme.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Segments, SelectField } from "../ui/field.tsx";
import { Panel, Skeleton } from "../ui/panel.tsx";
import css from "./settings.module.css";
import { useText } from "./text.ts";

const NotificationSettings = lazy(() => import("../push/notification_settings.tsx"));

export default function Settings() {
  const text = useText();
  const { session } = useSession();
  return (
    <div className={css.page}>
      <h1>{text.settings.title}</h1>
      <Panel title={text.settings.account}>
        <Account />
      </Panel>
      {session && (
        <Suspense fallback={<Skeleton label={text.loading} />}>
          <NotificationSettings />
        </Suspense>
      )}
      <Panel title={text.settings.language}>
        <Language />
      </Panel>
      <Panel title={text.settings.theme}>
        <Theme />
      </Panel>
    </div>
  );
}

function Account() {
  const text = useText().signIn;
  const { session, end } = useSession();
  const [, navigate] = useLocation();
  if (!session) {
    return (
      <ButtonLink href="/sign-in" kind="primary">
        {text.title}
      </ButtonLink>
    );
  }
  const signOut = async () => {
    await end();
    navigate("/");
  };
  return (
    <div className={css.row}>
      <p>
        {text.as(session.label)} · {text.roles[session.role]}
      </p>
      <Button onClick={() => void signOut()}>{text.out}</Button>
    </div>
  );
}

function Language() {
  const text = useText().settings;
  const { locale, choose } = useLocale();
  return (
    <SelectField
      label={text.language}
      quiet
      value={locale}
      onChange={({ target }) => isLocale(target.value) && choose(target.value)}
      hint={unreviewed.has(locale) ? text.unreviewed : undefined}
    >
      {locales.map((each) => (
        <option key={each} value={each} lang={each}>
          {localeNames[each]}
        </option>
      ))}
    </SelectField>
  );
}

function Theme() {
  const text = useText().settings;
  const choices = themes.map((value) => ({ value, label: text.themes[value] }));
  return <Segments label={text.theme} value={useTheme()} choices={choices} onChange={chooseTheme} />;
}
