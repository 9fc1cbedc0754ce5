// Numbers, distances and times as a language writes them.

export interface Formats {
  number(value: number): string;
  /** A share from 0 to 1. */
  percent(share: number): string;
  /** 0.35 km reads as metres. */
  distance(km: number): string;
  /** 14:05 */
  time(when: string | number | Date): string;
  /** 24 Nov 2026, 14:05 */
  dateTime(when: string | number | Date): string;
  /** 24 Nov */
  day(when: string | number | Date): string;
  /** "3 minutes ago", "in 2 hours" */
  relative(when: string | number | Date, now: number): string;
  /** 1:04:09, or 4:09 below an hour. Not less than zero. */
  countdown(ms: number): string;
  /** A length of time in its two largest units: "2 h 5 min". */
  duration(ms: number): string;
  /** Compares names as the language orders them, numbers by their value. */
  compare(one: string, other: string): number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function createFormats(tag: string): Formats {
  const number = new Intl.NumberFormat(tag);
  const percent = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0 });
  const metres = new Intl.NumberFormat(tag, { style: "unit", unit: "meter", maximumFractionDigits: 0 });
  const km = new Intl.NumberFormat(tag, { style: "unit", unit: "kilometer", maximumFractionDigits: 1 });
  const wholeKm = new Intl.NumberFormat(tag, { style: "unit", unit: "kilometer", maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit" });
  const dateTime = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short" });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const unit = (name: string) => new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "narrow" });
  const [days, hours, minutes, seconds] = [unit("day"), unit("hour"), unit("minute"), unit("second")];
  const collator = new Intl.Collator(tag, { numeric: true, sensitivity: "base" });

  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    distance: (value) => {
      if (value < 0.95) return metres.format(Math.max(10, Math.round(value * 100) * 10));
      return value < 20 ? km.format(value) : wholeKm.format(value);
    },
    time: (when) => time.format(new Date(when)),
    dateTime: (when) => dateTime.format(new Date(when)),
    day: (when) => day.format(new Date(when)),
    relative: (when, now) => {
      const ms = new Date(when).getTime() - now;
      const size = Math.abs(ms);
      if (size < MINUTE) return relative.format(0, "second");
      if (size < HOUR) return relative.format(Math.round(ms / MINUTE), "minute");
      if (size < DAY) return relative.format(Math.round(ms / HOUR), "hour");
      return relative.format(Math.round(ms / DAY), "day");
    },
    countdown: (ms) => {
      const left = Math.max(0, Math.ceil(ms / SECOND));
      const two = (value: number) => String(value).padStart(2, "0");
      const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
      return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
    },
    duration: (ms) => {
      const parts = [
        [Math.floor(ms / DAY), days],
        [Math.floor(ms / HOUR) % 24, hours],
        [Math.floor(ms / MINUTE) % 60, minutes],
        [Math.floor(ms / SECOND) % 60, seconds],
      ] as const;
      const first = parts.findIndex(([value]) => value > 0);
      if (first < 0) return seconds.format(0);
      const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
      return shown.map(([value, format]) => format.format(value)).join(" ");
    },
    compare: (one, other) => collator.compare(one, other),
  };
}
