// The hours of the week as a table whose cells are coloured by their value: what the colour says, the number says too.
// On a narrow screen the days are the columns.

import { useMemo, useSyncExternalStore } from "react";
import { useLocale } from "../i18n/context.tsx";
import { formatTag } from "../i18n/locale.ts";
import css from "./heat_map.module.css";
import { type Metric, readable } from "./metric.ts";
import { useText } from "./text.ts";
import { levelOf, type WeekCell } from "./week.ts";

interface HeatMapProps {
  label: string;
  metric: Metric;
  cells: readonly WeekCell[];
}

const days = [1, 2, 3, 4, 5, 6, 7];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const levels = [css.level0, css.level1, css.level2, css.level3, css.level4, css.level5];

/** 1 January 2024 was a Monday. */
export const weekdayNames = (tag: string): string[] => {
  const format = new Intl.DateTimeFormat(tag, { weekday: "short", timeZone: "UTC" });
  return days.map((day) => format.format(Date.UTC(2024, 0, day)));
};

export const hourName = (hour: number): string => String(hour).padStart(2, "0");

export function HeatMap({ label, metric, cells }: HeatMapProps) {
  const { locale, format } = useLocale();
  const text = useText().week;
  const narrow = useIsNarrow();
  const names = useMemo(() => weekdayNames(formatTag(locale)), [locale]);
  const largest = Math.max(0, ...cells.map(({ value }) => value ?? 0));
  const cell = (day: number, hour: number) => {
    const value = cells[(day - 1) * 24 + hour]?.value ?? null;
    return (
      <td key={`${day} ${hour}`} className={levels[levelOf(value, largest)]}>
        {value ? (
          short(value, metric, (number) => readable(number, metric, format))
        ) : (
          <span className={css.none}>0</span>
        )}
      </td>
    );
  };
  const dayHead = (day: number, scope: "row" | "col") => (
    <th key={day} scope={scope}>
      {names[day - 1]}
    </th>
  );
  const hourHead = (hour: number, scope: "row" | "col") => (
    <th key={hour} scope={scope}>
      {hourName(hour)}
    </th>
  );
  const [columns, rows] = narrow ? [days, hours] : [hours, days];
  return (
    <div className={css.heat}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{narrow ? text.hour : text.weekday}</span>
            </th>
            {columns.map((column) => (narrow ? dayHead : hourHead)(column, "col"))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {(narrow ? hourHead : dayHead)(row, "row")}
              {columns.map((column) => (narrow ? cell(column, row) : cell(row, column)))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css.scale} aria-hidden="true">
        {text.less}
        {levels.map((level) => (
          <i key={level} className={level} />
        ))}
        {text.more}
      </p>
    </div>
  );
}

/** A cell has room for three characters: minutes stand for a length of time, percent for a share. */
function short(value: number, metric: Metric, whole: (value: number) => string): string {
  if (metric === "occupancy") return String(Math.round(value * 100));
  if (metric === "time_to_collection") return String(Math.round(value / 60));
  return value < 1000 ? whole(value) : `${Math.round(value / 1000)}k`;
}

const query = "(max-width: 52rem)";

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(query).matches);
