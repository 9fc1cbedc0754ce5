// The figures of a period as tiles: value, change against the period before, and the course in small. With `onChoose`
// the tiles are choices.

import { ArrowDownRight, ArrowRight, ArrowUpRight } from "lucide-react";
import { useFormat } from "../i18n/context.tsx";
import css from "./figures.module.css";
import { type Delta, deltaOf, type Figures as FiguresOf, type Metric, measured, metrics, readable } from "./metric.ts";
import { useText } from "./text.ts";

interface FiguresProps {
  now: FiguresOf;
  /** Undefined while it is read, or where nothing is compared. */
  before?: FiguresOf | undefined;
  /** The values over the period, for the small course. */
  course(metric: Metric): readonly (number | null)[];
  chosen?: Metric;
  onChoose?(metric: Metric): void;
}

export function Figures({ now, before, course, chosen, onChoose }: FiguresProps) {
  const text = useText();
  return (
    <ul className={css.figures} aria-label={text.figures}>
      {metrics.map((metric) => (
        <li key={metric}>
          <button
            type="button"
            className={css.tile}
            aria-pressed={metric === chosen}
            title={text.explained[metric]}
            onClick={() => onChoose?.(metric)}
          >
            <span className={css.label}>{text.metrics[metric]}</span>
            <Value now={measured(now, metric)} before={before && measured(before, metric)} metric={metric} />
            <Course values={course(metric)} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Value(props: { now: number | null; before: number | null | undefined; metric: Metric }) {
  const { now, before, metric } = props;
  const format = useFormat();
  const text = useText().delta;
  const delta = before === undefined ? null : deltaOf(now, before, metric);
  return (
    <>
      <span className={css.value}>{readable(now, metric, format)}</span>
      <span className={css.change}>
        {delta && <Change delta={delta} />}
        {before !== undefined && <span className={css.was}>{text.was(readable(before, metric, format))}</span>}
      </span>
    </>
  );
}

/** The whole sentence for a reader of the screen, its short form for the eye. */
function Change({ delta: { share, tone } }: { delta: Delta }) {
  const format = useFormat();
  const text = useText().delta;
  if (share === null) return <span className="visually-hidden">{text.fresh}</span>;
  const size = format.percent(Math.abs(share));
  const same = Math.abs(share) < 0.005;
  const Arrow = same ? ArrowRight : share > 0 ? ArrowUpRight : ArrowDownRight;
  const sentence = same ? text.same : share > 0 ? text.up(size) : text.down(size);
  return (
    <span className={`${css.delta} ${css[same ? "mute" : tone]}`}>
      <Arrow size={15} aria-hidden="true" />
      <span aria-hidden="true">{size}</span>
      <span className="visually-hidden">{sentence}</span>
    </span>
  );
}

const [WIDTH, HEIGHT] = [100, 26];

function Course({ values }: { values: readonly (number | null)[] }) {
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  if (largest === 0 || values.length < 2) return <svg className={css.course} aria-hidden="true" />;
  const at = (value: number, place: number) => {
    const x = (place / (values.length - 1)) * WIDTH;
    return `${x.toFixed(1)} ${(HEIGHT - 1 - (value / largest) * (HEIGHT - 2)).toFixed(1)}`;
  };
  const parts = values.map((value, place) => {
    if (value === null) return "";
    const starts = place === 0 || values[place - 1] == null;
    return `${starts ? "M" : "L"}${at(value, place)}`;
  });
  return (
    <svg className={css.course} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={parts.join("")} />
    </svg>
  );
}
