// The battery codes in what was typed, pasted, scanned or read from a file.

import { parseCsv } from "./csv.ts";

/** Column names of a file whose other columns are not codes. */
const header = /^(battery|batteries|battery_id|id|serial|serial_number|seriennummer|akku)$/i;

/**
 * With a header, the column that it names; otherwise each field of a single line and the first field of several: a file
 * without a header begins with what identifies a battery. A code that is an address stands for its last part.
 */
export function codesOf(source: string): string[] {
  const records = parseCsv(source);
  const [first = []] = records;
  const column = first.findIndex((name) => header.test(name));
  const fields =
    column >= 0
      ? records.slice(1).map((record) => record[column] ?? "")
      : records.length === 1
        ? first.flatMap((field) => field.split(/\s+/))
        : records.map(([field = ""]) => field);
  return [...new Set(fields.map(codeOf).filter((code) => code !== ""))];
}

function codeOf(field: string): string {
  if (!/^https?:\/\//i.test(field)) return field;
  const parts = field.replace(/[?#].*$/, "").split("/");
  return parts.filter((part) => part !== "").at(-1) ?? "";
}
