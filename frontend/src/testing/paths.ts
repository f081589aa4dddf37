/** An answer about four paths in January and February 2027, as the API sends it. */
import { decimalOfText } from "../format/amounts";
import type { GasDay } from "../format/days";
import type { PathsAnswer } from "../screens/availability/matrix/queries";
import { int32Column, int64Column } from "./columns";

export const JANUARY = { start: "2027-01-01" as GasDay, end: "2027-02-01" as GasDay };
export const FEBRUARY = { start: "2027-02-01" as GasDay, end: "2027-03-01" as GasDay };
export const BOTH = { start: JANUARY.start, end: FEBRUARY.end };

const price = (total: string) => ({ total: decimalOfText(total) ?? null });

/**
 * From source_1 and source_2 to sink_1 and sink_2. Three are verified, of which one has nothing left in February;
 * source_2 to sink_2 is verified in January alone.
 */
export const answer = (changes: Partial<PathsAnswer> = {}): PathsAnswer => ({
  cursor: "7",
  currency: "EUR",
  demandedLevel: "HYDRAULIC",
  boundLevel: "ROBUST",
  receiptCodes: ["source_1", "source_1", "source_2", "source_2"],
  deliveryCodes: ["sink_1", "sink_2", "sink_1", "sink_2"],
  stretches: [{ period: JANUARY, notOnSale: null }, { period: FEBRUARY, notOnSale: null }],
  available: int64Column(1_404_421, 1_390_007, 500_000, 0, 9_007_199_254_740_991, 2_000_000, 3_000_000, -1),
  atMost: int64Column(5_000_000, 5_000_000, 500_000, 0, 9_007_199_254_740_991, 2_000_000, 9_000_000, 8_000_000),
  unitPricePlaces: int32Column(0, 0, 1, -1),
  unitPrices: [price("0.8260"), price("0.5192")],
  ...changes,
});
