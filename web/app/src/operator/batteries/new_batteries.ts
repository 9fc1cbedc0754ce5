// What a list or a CSV file says of batteries to register: by its header, or serial number, model, charge, health.

import { parseCsv } from "./csv.ts";

export interface NewBattery {
  serial_number: string;
  model: string;
  state_of_charge_percent?: number;
  state_of_health_percent?: number;
}

export type Defect = "no_serial" | "no_model" | "bad_charge" | "bad_health" | "too_long" | "twice";

export interface NewRow {
  /** Its place in the list, from 1. */
  readonly line: number;
  readonly battery: NewBattery;
  readonly defect: Defect | null;
}

type Field = keyof NewBattery;
const order: readonly Field[] = ["serial_number", "model", "state_of_charge_percent", "state_of_health_percent"];

/** Column names that people use, in the languages of the app. */
const names: Readonly<Record<string, Field>> = {
  serial_number: "serial_number",
  serial: "serial_number",
  serialnumber: "serial_number",
  sn: "serial_number",
  seriennummer: "serial_number",
  model: "model",
  modell: "model",
  type: "model",
  typ: "model",
  state_of_charge_percent: "state_of_charge_percent",
  charge: "state_of_charge_percent",
  soc: "state_of_charge_percent",
  ladung: "state_of_charge_percent",
  ladestand: "state_of_charge_percent",
  state_of_health_percent: "state_of_health_percent",
  health: "state_of_health_percent",
  soh: "state_of_health_percent",
  zustand: "state_of_health_percent",
};

const LONGEST = 100;

/** `model` is that of rows which name none. */
export function readNewBatteries(text: string, model: string): NewRow[] {
  const records = parseCsv(text);
  const header = headerOf(records[0] ?? []);
  const fields = header ?? order;
  const seen = new Set<string>();
  return records.slice(header ? 1 : 0).map((record, index) => {
    const battery = readRecord(record, fields, model);
    const defect = defectOf(battery, seen);
    seen.add(battery.serial_number);
    return { line: index + 1, battery, defect };
  });
}

/** The first record is a header if all that stands in it are known names, one of them the serial number's. */
function headerOf(record: readonly string[]): (Field | undefined)[] | null {
  const fields = record.map(
    (name) =>
      names[
        name
          .toLowerCase()
          .replace(/[\s-]+/g, "_")
          .replace(/_*[(%].*$/, "")
      ],
  );
  return fields.includes("serial_number") ? fields : null;
}

function readRecord(record: readonly string[], fields: readonly (Field | undefined)[], model: string): NewBattery {
  const value = (field: Field) => record[fields.indexOf(field)] ?? "";
  const charge = percentOf(value("state_of_charge_percent"));
  const health = percentOf(value("state_of_health_percent"));
  return {
    serial_number: value("serial_number"),
    model: value("model") || model.trim(),
    ...(charge !== null && { state_of_charge_percent: charge }),
    ...(health !== null && { state_of_health_percent: health }),
  };
}

/** Null where nothing stands; a decimal comma and a percent sign are understood. */
function percentOf(text: string): number | null {
  const figure = text.replace(/\s*%$/, "").replace(",", ".");
  return figure === "" ? null : Number(figure);
}

const isPercent = (value: number | undefined) => value === undefined || (value >= 0 && value <= 100);

function defectOf(battery: NewBattery, seen: ReadonlySet<string>): Defect | null {
  const { serial_number, model } = battery;
  if (serial_number === "") return "no_serial";
  if (model === "") return "no_model";
  if (serial_number.length > LONGEST || model.length > LONGEST) return "too_long";
  if (!isPercent(battery.state_of_charge_percent)) return "bad_charge";
  if (!isPercent(battery.state_of_health_percent)) return "bad_health";
  return seen.has(serial_number) ? "twice" : null;
}
