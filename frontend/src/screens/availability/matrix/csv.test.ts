import { describe, expect, it } from "vitest";
import { answer } from "../../../testing/paths";
import { csvOf } from "./csv";
import { readPaths } from "./paths";

const paths = readPaths(answer(), undefined);
if (paths === undefined) throw new Error("an answer about no gas day");
const names: Readonly<Record<string, string>> = { source_2: 'Port "North", berth 2', sink_1: "=SUM(A1)", sink_2: "Süd" };

describe("the file of the matrix", () => {
  it("has a line a path in the order shown, exact figures as they came, units in its header, and a place for what is not proved", () => {
    const [first, second, third, last] = paths.all;
    const shown = [last, first, second, third].filter((path) => path !== undefined);
    expect(csvOf(shown, paths, "KWH_PER_H", (code) => names[code] ?? code)).toBe(
      [
        "\uFEFFentry,entry name,exit,exit name,first gas day,last gas day,firm and proved (kWh/h),at most and not proved (kWh/h),level of the figure,price of one unit on all these gas days (EUR per kWh/h)",
        'source_2,"Port ""North"", berth 2",sink_2,Süd,2027-01-01,2027-02-28,,3000000,ROBUST,',
        "source_1,source_1,sink_1,'=SUM(A1),2027-01-01,2027-02-28,1390007,,HYDRAULIC,0.8260",
        "source_1,source_1,sink_2,Süd,2027-01-01,2027-02-28,0,,HYDRAULIC,0.8260",
        'source_2,"Port ""North"", berth 2",sink_1,\'=SUM(A1),2027-01-01,2027-02-28,2000000,,HYDRAULIC,0.5192',
        "",
      ].join("\r\n"),
    );
  });

  it("keeps every digit, in whatever unit", () => {
    const [, , path] = readPaths(answer({ stretches: [{ period: paths.days, notOnSale: null }] }), undefined)?.all ?? [];
    expect(path).toBeDefined();
    const largest = path === undefined ? "" : csvOf([{ ...path, figure: { quantity: 9_007_199_254_740_991 as never, isBound: false } }], paths, "SM3_PER_H", (code) => code);
    expect(largest).toContain("firm and proved (Sm³/h)");
    expect(largest).toContain(",9007199254740991,");
  });
});
