/** The prices of edges in the order in which they are shown. */
import { drawnDecimal } from "../../../format/drawing";
import type { EdgePrice } from "./queries";

/** Edges with a price, the highest first, and how many have none. */
export function pricedEdges(edges: readonly EdgePrice[]): { readonly priced: readonly EdgePrice[]; readonly freeCount: number } {
  const priced = edges.filter(({ price }) => drawnDecimal(price) !== 0).sort((one, other) => drawnDecimal(other.price) - drawnDecimal(one.price));
  return { priced, freeCount: edges.length - priced.length };
}
