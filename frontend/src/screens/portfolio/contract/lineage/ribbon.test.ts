import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../../format/amounts";
import { ribbonOf } from "./ribbon";

const member = (code: string, parentCode: string | null, amount: number) => ({ code, parentCode, quantity: amount as unknown as Quantity });
const cells = (...members: ReturnType<typeof member>[]) => ribbonOf(members).map(({ member: { code }, column, row }) => `${code} ${String(column)} ${String(row)}`);

describe("the lineage of a contract", () => {
  it("draws each part a column after what it was split off", () => {
    expect(cells(member("a", null, 100), member("b", "a", 60), member("c", "a", 20), member("d", "b", 10), member("e", "b", 5))).toEqual([
      "a 0 0", "b 1 0", "d 2 0", "e 2 1", "c 1 2",
    ]);
  });

  it("never puts two at one place", () => {
    const found = cells(...Array.from({ length: 40 }, (_, place) => member(String(place), place === 0 ? null : String(Math.floor(place / 3)), 1)));
    expect(new Set(found.map((cell) => cell.split(" ").slice(1).join(" "))).size).toBe(40);
  });

  it("begins where the origin is not shown", () => {
    const [box] = ribbonOf([member("mine", "hidden", 100)]);
    expect(box).toMatchObject({ column: 0, from: undefined, breadth: 1 });
  });
});
