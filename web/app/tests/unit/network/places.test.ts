import { expect, it } from "vitest";
import { placeAfter } from "../../../src/network/stations/places.ts";

it("moves by one, by a row, and to both ends", () => {
  const from = (key: string, place = 5) => placeAfter(key, place, 4, 100);
  expect([from("ArrowRight"), from("ArrowLeft"), from("ArrowDown"), from("ArrowUp")]).toEqual([6, 4, 9, 1]);
  expect([from("Home"), from("End"), from("PageDown"), from("PageUp", 50)]).toEqual([0, 99, 25, 30]);
});

it("stays on the wall at its edges", () => {
  expect(placeAfter("ArrowLeft", 0, 4, 10)).toBe(0);
  expect(placeAfter("ArrowUp", 3, 4, 10)).toBe(3);
  expect(placeAfter("ArrowDown", 8, 4, 10)).toBe(8);
  expect(placeAfter("ArrowRight", 9, 4, 10)).toBe(9);
  expect(placeAfter("PageUp", 3, 4, 10)).toBe(0);
  expect(placeAfter("PageDown", 3, 4, 10)).toBe(9);
});

it("leaves other keys, and an empty wall, alone", () => {
  expect(placeAfter("a", 0, 4, 10)).toBeNull();
  expect(placeAfter("ArrowDown", 0, 4, 0)).toBeNull();
});
