import { describe, expect, it } from "vitest";
import type { GasDay } from "../../../format/days";
import { inForce } from "./inForce";

const statement = (about: string, validFrom: string, text = "") => ({ about, validFrom: validFrom as GasDay, text });
const TODAY = "2027-01-15" as GasDay;

describe("statements in force", () => {
  it("are the last that have begun, of each thing one", () => {
    const [old, now, later, other] = [
      statement("exit", "2026-10-01"),
      statement("exit", "2027-01-15"),
      statement("exit", "2027-02-01"),
      statement("entry", "2026-10-01"),
    ] as const;
    expect([...inForce([old, now, later, other], TODAY, ({ about }) => about)]).toEqual([now, other]);
  });

  it("are corrected by one from the same day that came after, and by none from an earlier day", () => {
    const [first, correction, earlier] = [
      statement("exit", "2027-01-10", "first"),
      statement("exit", "2027-01-10", "correction"),
      statement("exit", "2027-01-01", "earlier day, published later"),
    ] as const;
    expect([...inForce([first, correction, earlier], TODAY, ({ about }) => about)]).toEqual([correction]);
  });
});
