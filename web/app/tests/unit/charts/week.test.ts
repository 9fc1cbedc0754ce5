import { describe, expect, it } from "vitest";
import { hoursFromUtc, levelOf, weekOf } from "../../../src/charts/week.ts";

const figures = { bookings: 0, collections: 0, cancellations: 0, expiries: 0, mean_booked_batteries: 0 };
const at = (weekday: number, hour: number, bookings: number) => ({ ...figures, weekday, hour, bookings });
const valueAt = (cells: ReturnType<typeof weekOf>, weekday: number, hour: number) =>
  cells.find((cell) => cell.weekday === weekday && cell.hour === hour)?.value;

describe("the hours of the week", () => {
  it("are 168 in order, also where the answer has none", () => {
    const cells = weekOf([], "bookings", 0);
    expect(cells).toHaveLength(168);
    expect(cells[0]).toEqual({ weekday: 1, hour: 0, value: null });
    expect(cells[167]).toEqual({ weekday: 7, hour: 23, value: null });
  });

  it("move to the reader's clock, over the week's end as well", () => {
    const items = [at(1, 8, 5), at(7, 23, 9), at(1, 0, 7)];
    const east = weekOf(items, "bookings", 3);
    expect([valueAt(east, 1, 11), valueAt(east, 1, 2), valueAt(east, 1, 3)]).toEqual([5, 9, 7]);
    const west = weekOf(items, "bookings", -5);
    expect([valueAt(west, 1, 3), valueAt(west, 7, 18), valueAt(west, 7, 19)]).toEqual([5, 9, 7]);
  });

  it("stay in UTC where a clock is not whole hours from it", () => {
    expect(hoursFromUtc(-180)).toBe(3);
    expect(hoursFromUtc(300)).toBe(-5);
    expect(hoursFromUtc(-330)).toBeNull();
  });
});

describe("the colour of a cell", () => {
  it("has five steps up to the largest value, and none for nothing", () => {
    expect([null, 0, 1, 20, 21, 60, 99, 100].map((value) => levelOf(value, 100))).toEqual([0, 0, 1, 1, 2, 3, 5, 5]);
    expect(levelOf(0, 0)).toBe(0);
  });
});
