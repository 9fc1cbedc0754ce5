// Search field and states above a list of batteries.

import type { BatteryState } from "@swapwire/client";
import type { Ref } from "react";
import { Dot } from "../../ui/badge.tsx";
import { SearchField } from "../page/search_field.tsx";
import css from "../stations/filters.module.css";
import { useText } from "../text.ts";
import { toneOfState } from "./battery_row.tsx";
import type { ListView } from "./list_view.ts";

interface ListFiltersProps {
  ref: Ref<HTMLInputElement>;
  view: ListView;
  /** The states that can occur in the list. */
  states: readonly BatteryState[];
  onEnter?: () => void;
}

export function ListFilters({ ref, view, states, onEnter }: ListFiltersProps) {
  const text = useText();
  return (
    <div className={css.filters}>
      <SearchField ref={ref} label={text.batteries.search} value={view.text} onChange={view.find} onEnter={onEnter} />
      <fieldset className={css.chips}>
        <legend className="visually-hidden">{text.batteries.show}</legend>
        <button type="button" className={css.chip} aria-pressed={view.state === null} onClick={() => view.show(null)}>
          {text.show.all}
        </button>
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className={css.chip}
            aria-pressed={view.state === state}
            onClick={() => view.show(view.state === state ? null : state)}
          >
            <Dot tone={toneOfState[state]} />
            {text.batteries.states[state]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
