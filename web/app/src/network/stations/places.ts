// Where a key leads on the wall.

/** The place that a key leads to, or null if it means nothing here. */
export function placeAfter(key: string, place: number, columns: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * 5,
    PageUp: -columns * 5,
  };
  if (count === 0) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const to = place + step;
  if (to >= 0 && to < count) return to;
  // Beyond the edge a page stops at it; one step stays where it is.
  if (Math.abs(step) <= columns) return place;
  return step > 0 ? count - 1 : 0;
}
