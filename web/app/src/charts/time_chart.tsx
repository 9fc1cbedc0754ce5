// A figure over time, and the period before as a dashed line. Drawn by uPlot on a canvas; the colours come from the style
// sheet. It is a slider for keys and screen readers: an arrow moves to the next point, whose values are read out.

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLocale } from "../i18n/context.tsx";
import { formatTag } from "../i18n/locale.ts";
import { useIsDark } from "../theme/theme.ts";
import { useText } from "./text.ts";
import css from "./time_chart.module.css";
import { axisTimes, daySteps, type Points } from "./when.ts";

export interface TimeChartProps extends Points {
  title: string;
  readable(value: number | null): string;
  /** What a point's time reads as. */
  when(at: number): string;
}

const HEIGHT = 300;

export default function TimeChart(props: TimeChartProps) {
  const { title, at, now, before, running, bucket, readable, when } = props;
  const { locale } = useLocale();
  const text = useText();
  const dark = useIsDark();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [place, setPlace] = useState<number | null>(null);
  const look = useRef(readable);
  look.current = readable;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `dark` says that the style sheet's colours are others now.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const readableTick = (value: number) => look.current(value);
    const options = optionsFor(element, bucket, formatTag(locale), readableTick, setPlace);
    const chart = new uPlot(options, [[], [], [], []], element);
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [bucket, locale, dark]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: A chart that was made anew is empty.
  useEffect(() => {
    const [over, stillOpen] = running ? openEnd(now) : [[...now], now.map(() => null)];
    plot.current?.setData([at.map((ms) => ms / 1000), over, [...before], stillOpen]);
    setPlace(null);
  }, [at, now, before, running, bucket, locale, dark]);

  const move = (to: number) => {
    const chart = plot.current;
    const x = at[to];
    if (!chart || x === undefined) return;
    const value = now[to] ?? 0;
    chart.setCursor({ left: chart.valToPos(x / 1000, "x"), top: chart.valToPos(value, "y") });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = keyTarget(event.key, place, at.length);
    if (to === null) return;
    event.preventDefault();
    move(to);
  };
  const point = place === null ? null : at[place];
  const said =
    place === null || point == null
      ? text.readout(title)
      : `${when(point)}: ${readable(now[place] ?? null)}, ${text.delta.was(readable(before[place] ?? null))}`;
  return (
    <figure className={css.chart}>
      <figcaption className={css.legend} aria-hidden="true">
        <span className={css.now}>
          {text.now}
          {place !== null && <b>{readable(now[place] ?? null)}</b>}
        </span>
        <span className={css.before}>
          {text.before}
          {place !== null && <b>{readable(before[place] ?? null)}</b>}
        </span>
        {point != null && <span className={css.when}>{when(point)}</span>}
      </figcaption>
      <div
        ref={box}
        className={css.canvas}
        tabIndex={0}
        role="slider"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, at.length - 1)}
        aria-valuenow={place ?? 0}
        aria-valuetext={said}
        onKeyDown={onKeyDown}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      />
    </figure>
  );
}

/** The bucket that is not over yet is less than it will be: its line is dotted, so that it doesn't look like a fall. */
function openEnd(values: readonly (number | null)[]): [(number | null)[], (number | null)[]] {
  const last = values.length - 1;
  return [
    values.map((value, place) => (place === last ? null : value)),
    values.map((value, place) => (place >= last - 1 ? value : null)),
  ];
}

/** Where a key leads, or null if it means nothing here. */
function keyTarget(key: string, place: number | null, length: number): number | null {
  const last = length - 1;
  if (last < 0) return null;
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: -10,
    PageDown: 10,
  };
  const step = steps[key];
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (step === undefined) return null;
  if (place === null) return step > 0 ? 0 : last;
  return Math.min(last, Math.max(0, place + step));
}

/** A canvas knows no custom properties: what the style sheet makes of one is read from an element. */
function colours(element: HTMLElement) {
  const probe = element.appendChild(document.createElement("i"));
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    line: read("--brand"),
    fill: read("--brand-soft"),
    before: read("--text-faint"),
    grid: read("--line"),
    text: read("--text-faint"),
    surface: read("--surface"),
    font: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return found;
}

function optionsFor(
  element: HTMLElement,
  bucket: Points["bucket"],
  tag: string,
  readable: (value: number) => string,
  onPlace: (place: number | null) => void,
): uPlot.Options {
  const { line, fill, before, grid, text, surface, font } = colours(element);
  const axis = { stroke: text, font: `12px ${font}`, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [12, 26, 0, 0],
    legend: { show: false },
    // The first day of a bucket of a day is a day of UTC.
    ...(bucket === "day" && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }),
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 9, width: 2, stroke: surface, fill: (_, series) => (series === 2 ? before : line) },
    },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        space: 70,
        size: 34,
        ...(bucket === "day" && { incrs: daySteps }),
        values: (_, splits, __, ___, step) => axisTimes(splits, step, bucket, tag),
        grid: { show: false },
      },
      { ...axis, size: 56, values: (_, splits) => splits.map(readable) },
    ],
    series: [
      {},
      { stroke: line, fill, width: 2, points: { size: 5, fill: line } },
      { stroke: before, width: 1.5, dash: [5, 5], points: { show: false } },
      { stroke: line, width: 2, dash: [1, 4], cap: "round", points: { show: false } },
    ],
    hooks: { setCursor: [({ cursor }) => onPlace(cursor.idx ?? null)] },
  };
}
