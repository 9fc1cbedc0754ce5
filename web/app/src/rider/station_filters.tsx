// The search by name, what to leave out, and on a phone whether map or list has the room.

import { List, Map as MapIcon, Rows2, Search, X } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import { Segments } from "../ui/field.tsx";
import { type useFindQuery, views } from "./find_query.ts";
import css from "./station_filters.module.css";
import { useText } from "./text.ts";

const icons = { both: Rows2, map: MapIcon, list: List } as const;

export function StationFilters({ query }: { query: ReturnType<typeof useFindQuery> }) {
  const text = useText().find;
  const choices = views.map((value) => {
    const Icon = icons[value];
    const label = (
      <>
        <Icon size={18} aria-hidden="true" />
        <span className="visually-hidden">{text.views[value]}</span>
      </>
    );
    return { value, label };
  });
  return (
    <search className={css.filters}>
      <div className={css.field}>
        <Search size={18} aria-hidden="true" className={css.icon} />
        <input
          type="search"
          className={css.input}
          aria-label={text.search}
          placeholder={text.search}
          value={query.text}
          onChange={({ target }) => query.setText(target.value)}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
        {query.text !== "" && (
          <IconButton label={text.clear} className={css.clear} onClick={() => query.setText("")}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <div className={css.choices}>
        <label className={css.toggle}>
          <input
            type="checkbox"
            className="visually-hidden"
            checked={query.available}
            onChange={({ target }) => query.setAvailable(target.checked)}
          />
          <span>{text.available}</span>
        </label>
        <div className={css.views}>
          <Segments label={text.view} value={query.view} choices={choices} onChange={query.setView} />
        </div>
      </div>
    </search>
  );
}
