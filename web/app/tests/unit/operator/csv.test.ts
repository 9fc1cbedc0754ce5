import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/operator/batteries/csv.ts";

describe("a list of values", () => {
  it("is read with commas, semicolons or tabs between the fields", () => {
    for (const separator of [",", ";", "\t"]) {
      const text = [`a${separator}b`, `c${separator}d`].join("\n");
      expect(parseCsv(text)).toEqual([
        ["a", "b"],
        ["c", "d"],
      ]);
    }
  });

  it("ends its lines with LF, CRLF or CR, the last one with or without", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      expect(parseCsv(`a,b${end}c,d${end}`)).toEqual(parseCsv(`a,b${end}c,d`));
      expect(parseCsv(`a,b${end}c,d`)).toHaveLength(2);
    }
  });

  it("begins with a byte order mark or not", () => {
    expect(parseCsv("\uFEFFserial,model\nA,B")).toEqual(parseCsv("serial,model\nA,B"));
  });

  it("keeps separators, line breaks and doubled quotes inside quotes", () => {
    expect(parseCsv('"a,1","b\r\n2","c ""3"""')).toEqual([["a,1", "b\r\n2", 'c "3"']]);
  });

  it("takes a quote in the middle of a field as it is", () => {
    expect(parseCsv('12" rack,B')).toEqual([['12" rack', "B"]]);
  });

  it("keeps empty fields and drops empty lines", () => {
    expect(parseCsv("a,,c\n\n , \n,b,")).toEqual([
      ["a", "", "c"],
      ["", "b", ""],
    ]);
  });

  it("trims what stands around a value", () => {
    expect(parseCsv('  a ;  "b"  ; c\t')).not.toEqual([["a", "b", "c\t"]]);
    expect(parseCsv('  a ;  "b"  ; c ')).toEqual([["a", "b", "c"]]);
  });

  it("takes a decimal comma for part of a number where semicolons separate", () => {
    expect(parseCsv("SN-1;Cell;95,5;99,1")).toEqual([["SN-1", "Cell", "95,5", "99,1"]]);
  });

  it("does not count separators inside quotes", () => {
    expect(parseCsv('"a;b;c",d\ne,f')).toEqual([
      ["a;b;c", "d"],
      ["e", "f"],
    ]);
  });

  it("is nothing where nothing stands", () => {
    expect(parseCsv("")).toEqual([]);
    expect(parseCsv("\uFEFF\r\n\r\n")).toEqual([]);
  });

  it("takes a quote that is never closed to the end", () => {
    expect(parseCsv('a,"b\nc')).toEqual([["a", "b\nc"]]);
  });
});
