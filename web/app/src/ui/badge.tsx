// A short state in words, coloured by what it means. The colour never says anything that the words don't.

import type { ReactNode } from "react";
import css from "./badge.module.css";

export type Tone = "good" | "warn" | "bad" | "info" | "mute";

export function Badge({ tone = "mute", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${css.badge} ${css[tone]}`}>{children}</span>;
}

const dots = { good: css.dotGood, warn: css.dotWarn, bad: css.dotBad, info: css.dotInfo, mute: "" };

/** A coloured dot before words that say the same. */
export function Dot({ tone }: { tone: Tone }) {
  return <span className={`${css.dot} ${dots[tone]}`} aria-hidden="true" />;
}
