/** A booking as it is being written: what of the address makes a request, once it is complete. */
import type { Quantity } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { addMonths, monthOf } from "../../../format/days";
import type { Address, Firmness } from "../address";

export interface CapacityRequest {
  readonly network: string;
  readonly receipt: string | null;
  readonly delivery: string | null;
  readonly start: GasDay;
  readonly end: GasDay;
  readonly quantity: Quantity;
  readonly firmness: Firmness;
}

/** The days asked for: the next whole month unless others are chosen. */
export function daysOf({ start, end }: Address, today: GasDay): Days {
  const first = start ?? addMonths(monthOf(today), 1);
  return { start: first, end: end !== undefined && end > first ? end : addMonths(first, 1) };
}

/** Undefined while it has no route or no quantity. */
export function requestOf(network: string, address: Address, days: Days): CapacityRequest | undefined {
  const { receipt, delivery, quantity, firmness } = address;
  if (quantity === undefined || (receipt ?? delivery) === undefined) return undefined;
  return {
    network,
    receipt: receipt ?? null,
    delivery: delivery ?? null,
    start: days.start,
    end: days.end,
    quantity,
    firmness: firmness ?? "FIRM",
  };
}
