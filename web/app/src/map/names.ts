// Names beside the marks, where they cover neither a mark nor another name.

import type { Palette } from "./palette.ts";

export interface NamedPlace {
  /** Empty: only the mark is in the way. */
  readonly name: string;
  /** Shown whatever it covers. */
  readonly urgent: boolean;
  readonly left: number;
  readonly top: number;
  readonly radius: number;
}

/** With more marks in sight than this nobody reads names, and each costs a comparison with all others. */
const MOST_PLACES = 160;
const HEIGHT_PX = 15;

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function drawNames(
  context: CanvasRenderingContext2D,
  places: readonly NamedPlace[],
  palette: Palette,
  font: string,
): void {
  const crowded = places.length > MOST_PLACES;
  const named = places.filter(({ name, urgent }) => name && (urgent || !crowded));
  if (named.length === 0) return;
  context.font = `600 12px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = palette.page;
  context.fillStyle = palette.text;
  const covered = crowded ? [] : places.map(markOf);
  for (const place of named.sort((one, other) => Number(other.urgent) - Number(one.urgent))) {
    const half = widthOf(context, place.name, font) / 2;
    const top = place.top + place.radius + 5;
    const box = { left: place.left - half, right: place.left + half, top, bottom: top + HEIGHT_PX };
    if (!place.urgent && covered.some((other) => meet(box, other))) continue;
    covered.push(box);
    context.strokeText(place.name, place.left, top);
    context.fillText(place.name, place.left, top);
  }
}

const markOf = ({ left, top, radius }: NamedPlace): Rectangle => ({
  left: left - radius,
  right: left + radius,
  top: top - radius,
  bottom: top + radius,
});

const meet = (one: Rectangle, other: Rectangle): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

const widths = new Map<string, number>();

function widthOf(context: CanvasRenderingContext2D, name: string, font: string): number {
  const key = `${font} ${name}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 2_000) widths.clear();
    width = context.measureText(name).width;
    widths.set(key, width);
  }
  return width;
}
