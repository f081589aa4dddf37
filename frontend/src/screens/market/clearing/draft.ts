/** A bid or an offer in a clearing as it is being written, and what it asks of the API. */
import type { VariablesOf } from "../../../api/graphql";
import { overlap } from "../../../format/days";
import type { Address } from "../address";
import { draftDays } from "../address";
import type { Clearing, OwnContract } from "../queries";
import type { PlaceClearingBidDocument } from "./queries";

export type BidInput = Omit<VariablesOf<typeof PlaceClearingBidDocument>["input"], "idempotencyKey">;

/** One's contracts of which a part can be offered in a clearing: firm, on one path alone, on some of its gas days. */
export const offerable = (contracts: readonly OwnContract[], { period }: Pick<Clearing, "period">): OwnContract[] =>
  contracts.filter((one) => one.firmness === "FIRM" && one.routes.length === 1 && one.routes[0]?.route.kind === "PATH" && overlap(one.period, period) !== undefined);

/** Undefined while something is missing. Who names a contract offers a part of it, who does not bids for a path. */
export function bidInput(address: Address, { id, period }: Pick<Clearing, "id" | "period">, contract: OwnContract | undefined): BidInput | undefined {
  const { entry, exit, quantity, price, least } = address;
  if (quantity === undefined || price === undefined) return undefined;
  const offered = contract === undefined ? period : (overlap(contract.period, period) ?? period);
  const bid = { clearingId: id, quantity, price, ...draftDays(address, offered), ...(least === undefined ? {} : { minimum: least }) };
  if (contract !== undefined) return { ...bid, side: "SELL", contractId: contract.id };
  return entry === undefined || exit === undefined ? undefined : { ...bid, side: "BUY", receipt: entry, delivery: exit };
}
