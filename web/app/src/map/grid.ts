// Lines of latitude and longitude with their degrees: what a map shows that has no tiles.

import { project, unproject } from "./mercator.ts";
import type { Palette } from "./palette.ts";

export interface View {
  /** The pixel of a place in the square world. */
  readonly toPixel: (x: number, y: number) => readonly [number, number];
  readonly toWorld: (left: number, top: number) => { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45];
const LEAST_PX = 130;
/** No degrees where the map's controls are. */
const CONTROLS_PX = 64;

export function drawGrid(context: CanvasRenderingContext2D, view: View, palette: Palette, font: string): void {
  const { width, height, toWorld, toPixel } = view;
  const northWest = unproject(toWorld(0, 0));
  const southEast = unproject(toWorld(width, height));
  const perPixel = (southEast.longitude - northWest.longitude) / width;
  const step = STEPS.find((each) => each / perPixel >= LEAST_PX) ?? 45;
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.fillStyle = palette.faint;
  context.font = `500 11px ${font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.beginPath();
  const labels: (readonly [string, number, number])[] = [];
  for (const longitude of multiples(northWest.longitude, southEast.longitude, step)) {
    const [left] = toPixel(project({ latitude: 0, longitude }).x, 0);
    context.moveTo(Math.round(left) + 0.5, 0);
    context.lineTo(Math.round(left) + 0.5, height);
    if (left < width - 1.7 * CONTROLS_PX)
      labels.push([`${Math.abs(longitude).toFixed(digits)}° ${longitude < 0 ? "W" : "E"}`, left + 5, 14]);
  }
  for (const latitude of multiples(southEast.latitude, northWest.latitude, step)) {
    const [, top] = toPixel(0, project({ latitude, longitude: 0 }).y);
    context.moveTo(0, Math.round(top) + 0.5);
    context.lineTo(width, Math.round(top) + 0.5);
    if (top > 30 && top < height - CONTROLS_PX)
      labels.push([`${Math.abs(latitude).toFixed(digits)}° ${latitude < 0 ? "S" : "N"}`, 6, top - 5]);
  }
  context.stroke();
  for (const [text, left, top] of labels) context.fillText(text, left, top);
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}
