import { describe, expect, it } from "vitest";
import type { GasDay } from "./days";
import { readSpokenDays, spokenWords } from "./spoken";

const today = "2026-12-01" as GasDay;
const read = (text: string) => readSpokenDays(spokenWords(text), today);

describe("gas days as people write them", () => {
  it.each([
    ["2027-10-01", "2027-10-01", "2027-10-02"],
    ["2027-10-01 to 2027-10-15", "2027-10-01", "2027-10-16"],
    ["2027-10", "2027-10-01", "2027-11-01"],
    ["2027", "2027-01-01", "2028-01-01"],
    ["october", "2027-10-01", "2027-11-01"],
    ["Oct", "2027-10-01", "2027-11-01"],
    ["sept 2028", "2028-09-01", "2028-10-01"],
    ["december", "2026-12-01", "2027-01-01"],
    ["dec–mar", "2026-12-01", "2027-04-01"],
    ["dec-mar", "2026-12-01", "2027-04-01"],
    ["dec to mar 2028", "2027-12-01", "2028-04-01"],
    ["nov 2026 until jan 2027", "2026-11-01", "2027-02-01"],
    ["may", "2027-05-01", "2027-06-01"],
    ["1 october", "2027-10-01", "2027-10-02"],
    ["1st of october 2028", "2028-10-01", "2028-10-02"],
    ["15 dec till 3 jan", "2026-12-15", "2027-01-04"],
    ["29 feb", "2028-02-29", "2028-03-01"],
    ["q1", "2027-01-01", "2027-04-01"],
    ["q4 2026", "2026-10-01", "2027-01-01"],
    ["winter 2027", "2027-10-01", "2028-04-01"],
    ["summer", "2027-04-01", "2027-10-01"],
    ["gas year 2027", "2027-10-01", "2028-10-01"],
    ["today", "2026-12-01", "2026-12-02"],
    ["tomorrow", "2026-12-02", "2026-12-03"],
    ["next month", "2027-01-01", "2027-02-01"],
    ["today to 15 dec", "2026-12-01", "2026-12-16"],
  ])("%s", (text, start, end) => {
    const words = spokenWords(text);
    expect(readSpokenDays(words, today)).toEqual({ days: { start, end }, used: words.length });
  });

  it.each(["", "sink_1", "1", "31 february", "2027-02-30", "2027-13", "ma", "1 sink", "2028-01-01 to 2027-01-01", "jan 2028 to mar 2027"])("does not read %j", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("reads no further than the days", () => {
    expect(read("october firm")).toMatchObject({ used: 1 });
    expect(read("october to sink 1")).toMatchObject({ used: 1, days: { end: "2027-11-01" } });
  });

  it("never ends before it begins", () => {
    const words = ["jan", "mar", "dec", "2027", "2028", "1", "15", "q3", "winter", "to", "–", "2027-05-01", "today", "of", "next", "month"];
    let seed = 1;
    const next = (count: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % count;
    };
    for (let turn = 0; turn < 3000; turn++) {
      const text = Array.from({ length: 1 + next(5) }, () => words[next(words.length)] ?? "");
      const found = readSpokenDays(text, today);
      if (found === undefined) continue;
      expect(found.days.start < found.days.end, text.join(" ")).toBe(true);
      expect(found.used).toBeLessThanOrEqual(text.length);
    }
  });
});
