// The message as its reader gets it.

import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import { useFormat } from "../../i18n/context.tsx";
import { useNow } from "../../ui/clock.ts";
import { Panel } from "../../ui/panel.tsx";
import { useText } from "../text.ts";
import type { Draft, Level } from "./draft.ts";
import css from "./preview.module.css";

const icons: Record<Level, LucideIcon> = {
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  error: CircleAlert,
};

export function Preview({ draft: { title, message, level } }: { draft: Draft }) {
  const text = useText().notify;
  const format = useFormat();
  const now = useNow();
  const Icon = icons[level];
  return (
    <Panel title={text.preview} label={text.preview}>
      <article className={`${css.message} ${css[level]}`}>
        <Icon size={20} aria-hidden="true" />
        <div className={css.words}>
          <h3 className={title ? undefined : css.missing}>{title || text.previewTitle}</h3>
          <p className={message ? css.text : css.missing}>{message || text.previewMessage}</p>
          <p className={css.meta}>
            {text.levels[level]} · {format.time(now)}
          </p>
        </div>
      </article>
    </Panel>
  );
}
