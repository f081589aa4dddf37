/** The rows of all lists one after another, as J and K go through them. */
import type { Address, Chosen } from "./address";
import type { Market } from "./useMarket";

type Listed = Pick<Market, "calls" | "clearings" | "decided" | "listings" | "releases">;

export function rowsOf({ listings, calls, releases, decided, clearings }: Listed, show: Address["show"]): Chosen[] {
  const isListed = (kind: NonNullable<Address["show"]>): boolean => show === undefined || show === kind;
  return [
    ...(isListed("listings") ? listings.map(({ id }) => ({ listing: id })) : []),
    ...(isListed("calls") ? calls.map(({ id }) => ({ call: id })) : []),
    ...(isListed("releases") ? [...releases, ...decided].map(({ id }) => ({ release: id })) : []),
    ...(isListed("clearings") ? clearings.map(({ id }) => ({ clearing: id })) : []),
  ];
}

const keyOf = ({ listing, call, release, clearing }: Chosen): string | undefined => listing ?? call ?? release ?? clearing;

/** The row after or before the chosen one; the first or the last where none is chosen. */
export function neighbourOf(market: Listed, address: Address, by: -1 | 1): Chosen | undefined {
  const rows = rowsOf(market, address.show);
  const chosen = keyOf(address);
  const place = rows.findIndex((row) => keyOf(row) === chosen);
  return place === -1 ? rows.at(by === 1 ? 0 : -1) : rows[place + by];
}
