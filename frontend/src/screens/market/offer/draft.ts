/** An offer as it is being written, and what it asks of the API. */
import type { VariablesOf } from "../../../api/graphql";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { Clock, Days } from "../../../format/days";
import { addDays, overlap } from "../../../format/days";
import { isNothing, smallest } from "../../../format/drawing";
import { hoursAfter, instantOf, localText, sooner, startOf } from "../../../format/instants";
import type { Address } from "../address";
import { daysToCome, draftDays } from "../address";
import type { OfferedContract, OfferReleaseDocument, OpenCallToBuyDocument, OpenCallToSellDocument, PostListingDocument } from "./queries";

type Input<Variables extends { readonly input: object }> = Omit<Variables["input"], "idempotencyKey">;

/** How long before the first gas day bids close at the latest, so that the award is made in time. */
const HOURS_OF_AWARD = 2;
const HOURS_OF_BIDS = 7 * 24;
const HOURS_OF_ORDERS = 5 * 24;

export interface Now {
  readonly now: Date;
  readonly clock: Clock;
}

/** The days that are offered: all to come of the contract, unless one says otherwise. */
export const offeredDays = (address: Address, period: Days, { now, clock }: Now): Days => draftDays(address, daysToCome(period, now, clock));

/** The most that can be offered throughout some days; undefined if that is nothing, or none of them is the contract's. */
export function freeThroughout({ free }: Pick<OfferedContract, "free">, days: Days): Quantity | undefined {
  const most = smallest(free.filter(({ period }) => overlap(period, days) !== undefined).map((row) => row.free));
  return most === undefined || isNothing(most) ? undefined : most;
}

/** Until when bids are taken, as the network's clock shows it: a week, and not too late for the award. */
export const bidsUntil = (address: Address, { start }: Days, { now, clock }: Now): string =>
  address.until ?? localText(sooner(hoursAfter(now, HOURS_OF_BIDS), hoursAfter(startOf(start, clock), -HOURS_OF_AWARD)), clock);

/** Until when orders are taken: five days, and not beyond the start of the last gas day. */
export const ordersUntil = (address: Address, { end }: Days, { now, clock }: Now): string =>
  address.until ?? localText(sooner(hoursAfter(now, HOURS_OF_ORDERS), startOf(addDays(end, -1), clock)), clock);

interface Part {
  readonly contractId: string;
  readonly quantity: Quantity | undefined;
  readonly days: Days;
}

export function listingInput(address: Address, { contractId, quantity, days }: Part): Input<VariablesOf<typeof PostListingDocument>> | undefined {
  if (quantity === undefined || address.price === undefined) return undefined;
  return {
    contractId,
    quantity,
    ...days,
    kind: address.passes ?? "ASSIGNMENT",
    pricePerUnitDay: address.price,
    isFirm: address.indicative === undefined,
    ...(address.least === undefined ? {} : { minimumQuantity: address.least }),
  };
}

export function sellInput(address: Address, { contractId, quantity, days }: Part, at: Now): Input<VariablesOf<typeof OpenCallToSellDocument>> | undefined {
  const closesAt = instantOf(ordersUntil(address, days, at), at.clock);
  if (quantity === undefined || address.price === undefined || closesAt === undefined) return undefined;
  return {
    contractId,
    quantity,
    ...days,
    kind: address.passes ?? "ASSIGNMENT",
    limitPrice: address.price,
    isFirm: address.indicative === undefined,
    closesAt: closesAt.toISOString(),
  };
}

const NO_RATE = readPrice("0");

export function releaseInput(address: Address, { contractId, quantity, days }: Part, at: Now): Input<VariablesOf<typeof OfferReleaseDocument>> | undefined {
  const bidsCloseAt = instantOf(bidsUntil(address, days, at), at.clock);
  const minimumRate = address.price ?? NO_RATE;
  if (quantity === undefined || minimumRate === undefined || bidsCloseAt === undefined) return undefined;
  const method = address.method ?? "HIGHEST_RATE";
  return {
    contractId,
    quantity,
    ...days,
    method,
    minimumRate,
    bidsCloseAt: bidsCloseAt.toISOString(),
    tieBreak: address.ties ?? "PRO_RATA",
    prearrangedBidderCode: address.bidder ?? null,
    ...(method === "PRESENT_VALUE" && address.discount !== undefined ? { discountRate: address.discount } : {}),
    ...(address.least === undefined ? {} : { minimumQuantity: address.least }),
    ...(address.term === undefined ? {} : { minimumTermDays: address.term }),
  };
}

/** A call for capacity on the route of the filter. */
export function buyInput(network: string, address: Address, days: Days, at: Now): Input<VariablesOf<typeof OpenCallToBuyDocument>> | undefined {
  const { receipt, delivery, quantity, price } = address;
  const closesAt = instantOf(ordersUntil(address, days, at), at.clock);
  if ((receipt ?? delivery) === undefined || quantity === undefined || price === undefined || closesAt === undefined) return undefined;
  return {
    network,
    receipt: receipt ?? null,
    delivery: delivery ?? null,
    quantity,
    ...days,
    kind: address.passes ?? "ASSIGNMENT",
    limitPrice: price,
    closesAt: closesAt.toISOString(),
  };
}
