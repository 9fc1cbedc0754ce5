import type { Station } from "@swapwire/client";
import { describe, expect, it } from "vitest";
import { concernsOf, type Findings, urgencyOf } from "../../../src/operator/stations/concerns.ts";
import { matchesText } from "../../../src/operator/stations/search.ts";
import { fitTiles } from "../../../src/operator/stations/tiles.ts";
import { matchesShow, orderOf, sortedBy } from "../../../src/operator/stations/view.ts";

const station = (id: number, some: Partial<Station> = {}): Station => ({
  station_id: id,
  station_name: `Station ${id}`,
  latitude: 52,
  longitude: 13,
  status: "online",
  available_batteries: 10,
  booked_batteries: 0,
  unavailable_batteries: 0,
  total_batteries: 10,
  revision: 1,
  timestamp: "2026-11-24T10:00:00.000000Z",
  ...some,
});

const nothing: Findings = { faulty: new Map(), expiring: new Map() };
const hold = { station_id: 1, battery_id: 2, booked_at: "", expires_at: "" };
const compare = new Intl.Collator("en", { numeric: true }).compare;

describe("what a station needs", () => {
  it("is a battery where none or two are left", () => {
    expect(concernsOf(station(1, { available_batteries: 0 }), nothing)).toEqual(["empty"]);
    expect(concernsOf(station(1, { available_batteries: 2 }), nothing)).toEqual(["low"]);
    expect(concernsOf(station(1, { available_batteries: 3 }), nothing)).toEqual([]);
  });

  it("is to be opened where it is closed, however many batteries it has", () => {
    expect(concernsOf(station(1, { status: "offline", available_batteries: 0 }), nothing)).toEqual(["offline"]);
    expect(concernsOf(station(1, { status: "maintenance" }), nothing)).toEqual(["maintenance"]);
  });

  it("is several things at once, the most urgent first", () => {
    const findings = { faulty: new Map([[1, 2]]), expiring: new Map([[1, [hold]]]) };
    expect(concernsOf(station(1, { available_batteries: 0 }), findings)).toEqual(["empty", "faulty", "expiring"]);
    expect(concernsOf(station(2), findings)).toEqual([]);
  });
});

describe("the order of the list", () => {
  const list = [
    station(1, { station_name: "Fine" }),
    station(2, { station_name: "Low", available_batteries: 1 }),
    station(3, { station_name: "Empty", available_batteries: 0 }),
    station(4, { station_name: "Closed", status: "offline" }),
  ];
  const sorted = (sort: "state" | "available" | "name", descending: boolean) =>
    [...list].sort(orderOf({ sort, descending }, nothing, compare)).map(({ station_name }) => station_name);

  it("begins with what is most urgent", () => {
    expect(sorted("state", false)).toEqual(["Empty", "Low", "Closed", "Fine"]);
    expect(urgencyOf(station(9), nothing)).toBeGreaterThan(urgencyOf(station(9, { status: "offline" }), nothing));
  });

  it("is by any column, and by name where that says nothing", () => {
    expect(sorted("available", true)).toEqual(["Closed", "Fine", "Low", "Empty"]);
    expect(sorted("name", false)).toEqual(["Closed", "Empty", "Fine", "Low"]);
  });

  it("turns with the second click, and shows the largest figure with the first", () => {
    const view = { layout: "table", sort: "state", descending: false, show: "all", text: "" } as const;
    expect(sortedBy(view, "available")).toEqual({ sort: "available", descending: true });
    expect(sortedBy(view, "name")).toEqual({ sort: "name", descending: false });
    expect(sortedBy(view, "state")).toEqual({ sort: "state", descending: true });
  });
});

it("finds a station by a part of its name, whatever its case and accents, or by its number", () => {
  const zoologischer = station(12, { station_name: "Köpenick Süd" });
  expect(matchesText("kope")(zoologischer)).toBe(true);
  expect(matchesText(" SÜD ")(zoologischer)).toBe(true);
  expect(matchesText("#12")(zoologischer)).toBe(true);
  expect(matchesText("1")(zoologischer)).toBe(false);
  expect(matchesText("")(zoologischer)).toBe(true);
});

it("shows the stations of a kind", () => {
  const findings = { faulty: new Map([[1, 1]]), expiring: new Map() };
  expect(matchesShow(station(1), "faulty", findings)).toBe(true);
  expect(matchesShow(station(2), "faulty", findings)).toBe(false);
  expect(matchesShow(station(2, { status: "offline" }), "online", findings)).toBe(false);
});

describe("the tiles of the wall", () => {
  it("are as large as all of them fit, up to a size", () => {
    for (const count of [1, 7, 30, 60]) {
      const { across, width, height } = fitTiles(count, 1_400, 700);
      expect(across * width).toBeLessThanOrEqual(1_400);
      expect(Math.ceil(count / across) * height).toBeLessThanOrEqual(700);
    }
    expect(fitTiles(1, 1_400, 700).width).toBe(340);
  });

  it("stay readable where too many would have to fit", () => {
    const { across, width } = fitTiles(10_000, 1_400, 700);
    expect(across).toBe(10);
    expect(width).toBe(140);
  });

  it("stand in one column where there is room for no more", () => {
    expect(fitTiles(5, 100, 100).across).toBe(1);
    expect(fitTiles(5, 0, 0).across).toBe(1);
  });
});
