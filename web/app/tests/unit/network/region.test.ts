import { describe, expect, it } from "vitest";
import { boxOf, boxText, putRegion, regionOf, withRegion } from "../../../src/network/analytics/region.ts";

describe("a box in an address", () => {
  it("is four numbers, also over the 180th meridian", () => {
    expect(boxOf("13.3,52.4,13.5,52.6")).toEqual([13.3, 52.4, 13.5, 52.6]);
    expect(boxOf("179,-20,-179,-10")).toEqual([179, -20, -179, -10]);
  });

  it.each([null, "", "1,2,3", "1,2,3,4,5", "a,2,3,4", "1,,3,4", "1,3,2,2", "-181,0,1,1", "0,-91,1,1", "0,0,0,1"])(
    "is none where it reads %j",
    (text) => expect(boxOf(text)).toBeNull(),
  );

  it("is exact to about ten metres", () => {
    expect(boxText([13.300004, 52.4, 13.5, 52.6000499])).toBe("13.3,52.4,13.5,52.6");
  });
});

describe("a region", () => {
  it("comes back from the address it was put into", () => {
    const region = { name: "Süd & West", box: [13.3, 52.4, 13.5, 52.6] as const };
    const search = putRegion(new URLSearchParams("from=now-30d"), region);
    expect(search.get("from")).toBe("now-30d");
    expect(regionOf(new URLSearchParams(search.toString()), "Region")).toEqual(region);
    expect(regionOf(putRegion(search, null), "Region")).toBeNull();
  });

  it("has a name even where the address gives none", () => {
    expect(regionOf(new URLSearchParams("bbox=1,1,2,2"), "Region")?.name).toBe("Region");
  });

  it("replaces the saved one of the same name and comes first", () => {
    const [south, west] = [
      { name: "South", box: [1, 1, 2, 2] as const },
      { name: "West", box: [3, 3, 4, 4] as const },
    ];
    const moved = { name: "West", box: [5, 5, 6, 6] as const };
    expect(withRegion([south, west], moved)).toEqual([moved, south]);
  });
});
