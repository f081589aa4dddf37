/** An order on a call as it is being written, and what it can be served from. */
import type { Decimal, Quantity } from "../../../format/amounts";
import type { Clock, GasDay } from "../../../format/days";
import { overlap } from "../../../format/days";
import { hoursAfter, instantOf, localText, sooner, startOf } from "../../../format/instants";
import type { Address } from "../address";
import { daysToCome, draftDays } from "../address";
import type { Call, OwnContract } from "../queries";

const HOURS_TO_ACCEPT = 48;

export interface OrderDraft {
  readonly quantity: Quantity;
  readonly pricePerUnitDay: Decimal;
  readonly start: GasDay;
  readonly end: GasDay;
  readonly acceptBy: string;
  /** Null on a call to sell, and where one has no contract to serve it from. */
  readonly contractId: string | null;
}

/** Until when an order binds unless one says otherwise: two days, and not beyond the start of its first gas day. */
export const usualAcceptBy = (start: GasDay, now: Date, clock: Clock): string =>
  localText(sooner(hoursAfter(now, HOURS_TO_ACCEPT), startOf(start, clock)), clock);

/** All that is left, at the initiator's limit, unless one says otherwise; undefined while its time is not one. */
export function orderDraft(address: Address, call: Call, contracts: readonly OwnContract[], now: Date, clock: Clock): OrderDraft | undefined {
  const days = draftDays(address, daysToCome(call.capacity.period, now, clock));
  const until = instantOf(address.until ?? usualAcceptBy(days.start, now, clock), clock);
  if (until === undefined) return undefined;
  return {
    quantity: address.quantity ?? call.remaining,
    pricePerUnitDay: address.price ?? call.limitPrice,
    ...days,
    acceptBy: until.toISOString(),
    contractId: call.side === "SELL" ? null : (contracts.find(({ id }) => id === address.contract) ?? contracts[0])?.id ?? null,
  };
}

const endsOf = (routes: Call["capacity"]["routes"] | OwnContract["routes"]): string =>
  routes.map(({ route }) => `${route.receipt?.code ?? ""}>${route.delivery?.code ?? ""}`).sort().join();

/** One's contracts that give the rights a call wants to buy, on some of its days. */
export const servingContracts = (call: Call, contracts: readonly OwnContract[]): OwnContract[] =>
  contracts.filter(
    (contract) =>
      endsOf(contract.routes) === endsOf(call.capacity.routes) &&
      contract.firmness === call.capacity.firmness &&
      !(call.kind === "ASSIGNMENT" && contract.cause === "TRANSFER_OF_USE") &&
      overlap(contract.period, call.capacity.period) !== undefined,
  );
