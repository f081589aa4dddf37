/** A bid as it is being written. */
import type { Decimal, Quantity } from "../../../format/amounts";
import { quantityOfDigits } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { Address } from "../address";
import { draftDays } from "../address";
import type { Release } from "../queries";

export interface BidDraft {
  readonly quantity: Quantity;
  readonly minimumQuantity: Quantity;
  readonly rate: Decimal;
  readonly start: GasDay;
  readonly end: GasDay;
}

/** All that is offered unless less is asked for; undefined while it has no rate. */
export function bidDraft(address: Address, { quantity, capacity }: Pick<Release, "capacity" | "quantity">): BidDraft | undefined {
  const least = address.least ?? quantityOfDigits("1");
  if (address.price === undefined || least === undefined) return undefined;
  return { quantity: address.quantity ?? quantity, minimumQuantity: least, rate: address.price, ...draftDays(address, capacity.period) };
}
