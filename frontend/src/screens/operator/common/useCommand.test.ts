import { describe, expect, it } from "vitest";
import { faultAt, faultsBeside } from "./useCommand";

const refusal = {
  message: "3 faults",
  faults: [
    { path: ["period", "end"], place: null, message: "must be after the start" },
    { path: ["factor"], place: null, message: "must be 0 to 2" },
    { path: [], place: "edge pipe_5", message: "is gone" },
  ],
};

describe("faults stand at their field", () => {
  it("also those within it", () => {
    expect(faultAt(refusal, "period")).toBe("must be after the start");
    expect(faultAt(refusal, "factor")).toBe("must be 0 to 2");
    expect(faultAt(refusal, "fact")).toBeUndefined();
  });

  it("and all others beside the fields, with their place", () => {
    expect(faultsBeside(refusal, ["period", "factor"])).toEqual(["edge pipe_5: is gone"]);
    expect(faultsBeside(undefined, [])).toEqual([]);
  });
});
