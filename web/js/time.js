// How times are written on this page: clock time for events, distance for what lies ahead.
// Takes RFC 3339 strings or Dates; answers plain text in the reader's locale.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "14:03:22" today, "3 May, 14:03" on another day, "" for what is no time. */
export function clockTime(when) {
  const date = new Date(when ?? NaN);
  if (Number.isNaN(date.getTime())) return "";
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : dayAndClock.format(date);
}

/** "in 23 h", "in 40 s", "2 min ago". */
export function distance(when, now = Date.now()) {
  const ms = new Date(when).getTime() - now;
  if (Number.isNaN(ms)) return "";
  const seconds = Math.round(Math.abs(ms) / 1000);
  const text = seconds < 90 ? `${seconds} s`
    : seconds < 90 * 60 ? `${Math.round(seconds / 60)} min`
    : seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86400)} days`;
  return ms >= 0 ? `in ${text}` : `${text} ago`;
}
