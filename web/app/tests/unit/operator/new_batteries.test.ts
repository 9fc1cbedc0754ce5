import { expect, it } from "vitest";
import { codesOf } from "../../../src/operator/batteries/codes.ts";
import { readNewBatteries } from "../../../src/operator/batteries/new_batteries.ts";

const read = (text: string, model = "") => readNewBatteries(text, model);

it("reads serial number, model, charge and health in this order without a header", () => {
  expect(read("SN-1,Cell,80,99\nSN-2,Cell").map(({ battery }) => battery)).toEqual([
    { serial_number: "SN-1", model: "Cell", state_of_charge_percent: 80, state_of_health_percent: 99 },
    { serial_number: "SN-2", model: "Cell" },
  ]);
});

it("reads columns in any order by a header, in English or German, and leaves out those that it does not know", () => {
  const battery = { serial_number: "SN-1", model: "Cell", state_of_charge_percent: 95.5 };
  expect(read("Model,Colour,Charge (%),Serial number\nCell,red,95.5,SN-1")[0]?.battery).toEqual(battery);
  expect(read("Ladestand;Seriennummer;Modell\n95,5 %;SN-1;Cell")[0]?.battery).toEqual(battery);
  expect(read("model,state_of_charge_percent,serial_number\nCell,95.5,SN-1")[0]?.battery).toEqual(battery);
});

it("gives the common model to rows that name none", () => {
  expect(read("SN-1\nSN-2,Other", "Cell").map(({ battery }) => battery.model)).toEqual(["Cell", "Other"]);
  expect(read("SN-1")[0]?.defect).toBe("no_model");
});

it("says what is wrong with a row", () => {
  const rows = read(
    `,Cell\nSN-1,Cell,101\nSN-2,Cell,-1\nSN-3,Cell,much\nSN-4,Cell,1,200\n${"S".repeat(101)},Cell\nSN-5,Cell\nSN-5,Cell`,
  );
  expect(rows.map(({ defect }) => defect)).toEqual([
    "no_serial",
    "bad_charge",
    "bad_charge",
    "bad_charge",
    "bad_health",
    "too_long",
    null,
    "twice",
  ]);
});

it("finds the codes in what was typed, pasted or read from a file", () => {
  expect(codesOf("SN-1")).toEqual(["SN-1"]);
  expect(codesOf("SN-1 SN-2, 12;#13".replace(";", ","))).toEqual(["SN-1", "SN-2", "12", "#13"]);
  expect(codesOf("SN-1\nSN-2\r\nSN-1\n")).toEqual(["SN-1", "SN-2"]);
  expect(codesOf("SN-1;Cell;80\nSN-2;Cell;70")).toEqual(["SN-1", "SN-2"]);
  expect(codesOf("model,serial_number\nCell,SN-1\nCell,SN-2")).toEqual(["SN-1", "SN-2"]);
});

it("takes the last part of a scanned address for the code", () => {
  expect(codesOf("https://swap.example/b/SN-1/?from=label")).toEqual(["SN-1"]);
});
