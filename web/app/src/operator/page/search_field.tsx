// The search field above a list, with the key that leads to it.

import { Search } from "lucide-react";
import type { Ref } from "react";
import css from "./search_field.module.css";

interface SearchFieldProps {
  ref: Ref<HTMLInputElement>;
  label: string;
  value: string;
  onChange(value: string): void;
  /** On into the list. */
  onEnter?: (() => void) | undefined;
}

export function SearchField({ ref, label, value, onChange, onEnter }: SearchFieldProps) {
  return (
    <div className={css.search}>
      <Search size={16} aria-hidden="true" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "ArrowDown") onEnter?.();
          else if (event.key !== "Escape") return;
          else if (value) onChange("");
          else event.currentTarget.blur();
          event.preventDefault();
        }}
      />
      <span className={css.key} aria-hidden="true">
        /
      </span>
    </div>
  );
}
