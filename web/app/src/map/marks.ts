// How a station and a group of stations look on the map: a disc with the number of batteries that one can take there.
// Each look is drawn once and then copied.

import type { Palette } from "./palette.ts";

export type Tone = "good" | "warn" | "none" | "closed";

export interface Look {
  readonly tone: Tone;
  readonly batteries: number;
  /** How many stations it stands for. */
  readonly stations: number;
}

/** From so few on, somebody may well be faster. */
const FEW = 2;
const MOST_KEPT = 600;

export function toneOf(batteries: number, open: boolean): Tone {
  if (!open) return "closed";
  if (batteries === 0) return "none";
  return batteries <= FEW ? "warn" : "good";
}

/** Of the disc, without its ring. */
export function radiusOf({ stations, tone }: Look): number {
  if (stations === 1) return tone === "good" || tone === "warn" ? 15 : 11;
  return Math.min(34, 16 + 5 * Math.log10(stations));
}

export function textOf({ tone, batteries }: Look): string {
  if (tone === "closed") return "–";
  return batteries < 10_000 ? String(batteries) : `${Math.floor(batteries / 1000)}k`;
}

const RING = 2;
const HALO = 5;

export class Marks {
  readonly #palette: Palette;
  readonly #scale: number;
  readonly #font: string;
  readonly #drawn = new Map<string, HTMLCanvasElement>();

  constructor(palette: Palette, scale: number, font: string) {
    this.#palette = palette;
    this.#scale = scale;
    this.#font = font;
  }

  draw(context: CanvasRenderingContext2D, look: Look, x: number, y: number): void {
    const text = textOf(look);
    const radius = Math.round(radiusOf(look));
    const key = `${look.tone} ${text} ${radius} ${look.stations > 1}`;
    let mark = this.#drawn.get(key);
    if (!mark) {
      if (this.#drawn.size >= MOST_KEPT) this.#drawn.clear();
      mark = this.#make(look, text, radius);
      this.#drawn.set(key, mark);
    }
    const side = mark.width / this.#scale;
    // On whole pixels, or the copy is blurred.
    const whole = (length: number) => Math.round(length * this.#scale) / this.#scale;
    context.drawImage(mark, whole(x - side / 2), whole(y - side / 2), side, side);
  }

  #make({ tone, stations }: Look, text: string, radius: number): HTMLCanvasElement {
    const { good, onGood, warn, onWarn, warnText, surface, mute, faint } = this.#palette;
    const looks: Record<Tone, readonly [fill: string, ring: string, ink: string]> = {
      good: [good, surface, onGood],
      warn: [onWarn, warn, warnText],
      none: [surface, mute, faint],
      closed: [surface, mute, faint],
    };
    const [fill, ring, ink] = looks[tone];
    const half = radius + RING + HALO + 1;
    const mark = document.createElement("canvas");
    mark.width = mark.height = Math.ceil(half * 2 * this.#scale);
    const context = mark.getContext("2d");
    if (!context) return mark;
    context.scale(this.#scale, this.#scale);
    context.translate(half, half);
    if (stations > 1) disc(context, radius + HALO, tone === "good" ? good : ring, 0.22);
    disc(context, radius + RING, ring);
    disc(context, radius, fill);
    context.fillStyle = ink;
    context.font = `700 ${stations > 1 ? 14 : radius > 12 ? 13 : 11}px ${this.#font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, 0, 0.5);
    return mark;
  }
}

function disc(context: CanvasRenderingContext2D, radius: number, fill: string, alpha = 1): void {
  context.globalAlpha = alpha;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.globalAlpha = 1;
}
