import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { GasDay } from "../../../format/days";
import { settlementTexts } from "../../../texts/settlement";
import { MonthOfContract } from "./MonthOfContract";

it.each([[true, 1], [false, 0]])("says whether there are further charges (%s)", (hasMore, lines) => {
  render(<MonthOfContract month={"2026-12-01" as GasDay} rows={[]} hasMore={hasMore} balances={[]} chosen="1.0" onChoose={vi.fn()} />);
  expect(screen.queryAllByText(settlementTexts.sameMonthNewest).length).toBe(lines);
});
