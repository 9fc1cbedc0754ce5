// Which stations are shown. What needs somebody comes first and carries its count.

import type { Ref } from "react";
import { useFormat } from "../../i18n/context.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Dot } from "../../ui/badge.tsx";
import { SearchField } from "../page/search_field.tsx";
import { useText } from "../text.ts";
import css from "./filters.module.css";
import type { Show, Summary } from "./summary.ts";
import { shows, type View } from "./view.ts";

export const toneOf: Readonly<Record<Show | "removed", Tone>> = {
  all: "mute",
  empty: "bad",
  low: "warn",
  offline: "bad",
  maintenance: "warn",
  faulty: "bad",
  expiring: "info",
  online: "good",
  removed: "mute",
};

interface FiltersProps {
  ref: Ref<HTMLInputElement>;
  view: View;
  summary: Summary;
  onChange(change: Partial<View>): void;
  /** From the search field into the list. */
  onEnter(): void;
}

export function Filters({ ref, view, summary, onChange, onEnter }: FiltersProps) {
  const text = useText();
  const format = useFormat();
  return (
    <div className={css.filters}>
      <SearchField
        ref={ref}
        label={text.list.search}
        value={view.text}
        onChange={(value) => onChange({ text: value })}
        onEnter={onEnter}
      />
      <fieldset className={css.chips}>
        <legend className="visually-hidden">{text.list.show}</legend>
        {shows.map((show) => (
          <button
            key={show}
            type="button"
            className={css.chip}
            aria-pressed={view.show === show}
            data-none={summary.shown[show] === 0 || undefined}
            onClick={() => onChange({ show: view.show === show ? "all" : show })}
          >
            {show !== "all" && <Dot tone={summary.shown[show] === 0 ? "mute" : toneOf[show]} />}
            {text.show[show]}
            <span className={css.count}>{format.number(summary.shown[show])}</span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}
