import { expect, it } from "vitest";
import { csv } from "../../../src/charts/export_csv.ts";

it("writes a head and rows with the line ends of RFC 4180", () => {
  expect(csv(["start", "bookings"], [["2026-11-24T10:00:00Z", 3]])).toBe(
    "start,bookings\r\n2026-11-24T10:00:00Z,3\r\n",
  );
});

it("quotes what would break a row", () => {
  expect(csv(["name"], [['Café "Süd", Gleis 2'], ["two\nlines"]])).toBe(
    'name\r\n"Café ""Süd"", Gleis 2"\r\n"two\nlines"\r\n',
  );
});

it("leaves a cell empty where nothing is known, which is not zero", () => {
  expect(csv(["a", "b"], [[null, 0]])).toBe("a,b\r\n,0\r\n");
});

it.each(["=HYPERLINK(1)", "+1", "-1", "@sum", "\tx"])("keeps the text %j from being a formula", (text) => {
  expect(csv(["name"], [[text]])).toBe(`name\r\n'${text}\r\n`);
});

it("writes negative numbers as numbers", () => {
  expect(csv(["longitude"], [[-0.12]])).toBe("longitude\r\n-0.12\r\n");
});
