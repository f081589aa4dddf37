import { describe, expect, it } from "vitest";
import { isText, lineOf, placeIn } from "./places";

describe("places of faults", () => {
  it("have a line and an element", () => {
    expect(placeIn("a.net", "a.net:12 pipe p1")).toEqual({ line: 12, element: "pipe p1" });
    expect(placeIn("my net: v2.json", "my net: v2.json:3 edge a")).toEqual({ line: 3, element: "edge a" });
    expect(placeIn("a.m", "a.m mpc.pipe row 2")).toEqual({ line: undefined, element: "mpc.pipe row 2" });
    expect(placeIn("a.m", "a.m:7")).toEqual({ line: 7, element: "" });
  });

  it("may lie in a file within an archive", () => {
    expect(placeIn("a.zip", "inner.cs:4 station s")).toEqual({ line: 4, element: "station s" });
  });

  it("may be an element alone, or nothing", () => {
    expect(placeIn("a.json", "edge pipe_1")).toEqual({ line: undefined, element: "edge pipe_1" });
    expect(placeIn("a.json", null)).toEqual({ line: undefined, element: "" });
  });
});

describe("lines of faults", () => {
  it("are counted from one", () => {
    expect(lineOf(["  first", "second"], 1)).toBe("first");
    expect(lineOf(["first"], 2)).toBeUndefined();
    expect(lineOf(["first"], undefined)).toBeUndefined();
  });

  it("are not those of archives", () => {
    expect(isText("GasLib.ZIP")).toBe(false);
    expect(isText("belgian.m")).toBe(true);
  });
});
