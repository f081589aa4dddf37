import { describe, expect, it } from "vitest";
import { float32, lengths, quantities } from "./columns";

const base64 = (buffer: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

describe("columns", () => {
  it("reads whole numbers of eight bytes, -1 as none, row by row", () => {
    const column = base64(new BigInt64Array([0n, -1n, 9_007_199_254_740_991n, 4_294_967_296n]).buffer);
    const table = quantities(column, 2);
    expect([table.rows, table.columns]).toEqual([2, 2]);
    expect(table.at(0, 0)).toBe(0);
    expect(table.at(0, 1)).toBeUndefined();
    expect(table.at(1, 0)).toBe(9_007_199_254_740_991);
    expect(table.at(1, 1)).toBe(4_294_967_296);
    expect(table.at(2, 0)).toBeUndefined();
    expect([table.at(1, -1), table.at(0, 2)]).toEqual([undefined, undefined]);
  });

  it("keeps the sign of flows", () => {
    const column = base64(new BigInt64Array([-1n, -20_533_075n, -4_294_967_297n]).buffer);
    const table = lengths(column, 1);
    expect([0, 1, 2].map((row) => table.at(row, 0))).toEqual([-1, -20_533_075, -4_294_967_297]);
  });

  it("reads pressures, also those that are not known", () => {
    expect([...float32(base64(new Float32Array([81.5, Number.NaN]).buffer))]).toEqual([81.5, Number.NaN]);
  });
});
