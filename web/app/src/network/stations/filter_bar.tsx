// Narrows down which stations are shown, and in what order.

import { useEffect, useState } from "react";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useText } from "../text.ts";
import { type Filter, type Sort, type Stock, sorts, statuses, stocks } from "./filter.ts";
import css from "./filter_bar.module.css";

interface FilterBarProps {
  filter: Filter;
  /** A map has no order. */
  ordered: boolean;
  onChange(change: Partial<Filter>): void;
}

export function FilterBar({ filter, ordered, onChange }: FilterBarProps) {
  const { stations: text, status: words } = useText();
  return (
    <search className={css.bar}>
      <Search value={filter.text} onChange={(value) => onChange({ text: value })} />
      <SelectField
        quiet
        label={text.status}
        value={filter.status ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChange({ status: statuses.find((status) => status === value) ?? null })
        }
      >
        <option value="">{text.anyStatus}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {words[status]}
          </option>
        ))}
      </SelectField>
      <SelectField
        quiet
        label={text.stock}
        value={filter.stock}
        onChange={({ currentTarget: { value } }) =>
          onChange({ stock: stocks.find((stock): stock is Stock => stock === value) ?? "any" })
        }
      >
        {stocks.map((stock) => (
          <option key={stock} value={stock}>
            {text.stocks[stock]}
          </option>
        ))}
      </SelectField>
      {ordered && (
        <SelectField
          quiet
          label={text.sort}
          value={filter.sort}
          onChange={({ currentTarget: { value } }) =>
            onChange({ sort: sorts.find((sort): sort is Sort => sort === value) ?? "name" })
          }
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {text.sorts[sort]}
            </option>
          ))}
        </SelectField>
      )}
    </search>
  );
}

const TYPING_MS = 150;

/** What is typed shows at once; ten thousand stations are searched when the typing rests. */
function Search({ value, onChange }: { value: string; onChange(value: string): void }) {
  const text = useText().stations;
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: Only typing starts the timer.
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextField
      type="search"
      quiet
      label={text.search}
      placeholder={text.search}
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
}
