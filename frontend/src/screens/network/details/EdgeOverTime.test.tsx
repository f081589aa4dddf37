import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Table } from "../../../api/columns";
import type { Quantity } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { UsageTables } from "../usage";
import { EdgeOverTime } from "./EdgeOverTime";

const [december, january, february, march] = ["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"] as GasDay[] as [GasDay, GasDay, GasDay, GasDay];

/** One row of figures, a column for each month. */
const row = <Value,>(...figures: readonly (number | undefined)[]): Table<Value> => ({
  columns: figures.length, rows: 1, at: (_row, column) => figures[column] as Value | undefined,
});

const usage: UsageTables = {
  stretches: [{ start: december, end: january }, { start: january, end: february }, { start: february, end: march }],
  row: new Map([["pipe_5", 0]]),
  flow: row<number>(0, 0, 0),
  forward: { capacity: row<Quantity>(4_000, 4_000, 4_000), worst: row<Quantity>(1_000, 3_000, undefined), headroom: row<Quantity>(3_000, 1_000, undefined) },
  backward: { capacity: row<Quantity>(2_000, 2_000, 2_000), worst: row<Quantity>(0, 1_800, undefined), headroom: row<Quantity>(2_000, 200, undefined) },
};

it("has the figures of the chart: the fuller direction on the days of the axis", () => {
  render(<EdgeOverTime usage={usage} row={0} unit="KWH_PER_H" axis={{ start: january, end: march }} tail="a" head="b" />);
  const rows = screen.getAllByRole("row").slice(1).map((one) => [...one.children].map(({ textContent }) => textContent));
  // 1,800 of 2,000 towards its tail is fuller than 3,000 of 4,000 towards its head.
  expect(rows[0]?.slice(1)).toEqual(["1,800", "2,000", "90%"]);
  expect(rows[0]?.[0]).toMatch(/2027 to a$/);
  expect(rows[1]?.slice(1)).toEqual(["not known", "4,000", "not known"]);
  expect(rows).toHaveLength(2);
});
