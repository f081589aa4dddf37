/** The check of counts: less is left of the interruptible units on sale for a limit of the route than is asked. */
import type { Request, SoldOutProof } from "../document/certificates";
import { overlap } from "../document/days";
import type { BookedDays } from "../document/document";
import type { Days } from "../document/rights";
import { daysInWords, routeInWords } from "../document/rights";
import type { Checked, SoldOutFigures } from "../findings";
import { sum } from "./counting";
import { bearsOn } from "./cut";

export function checkSoldOut(
  proof: SoldOutProof,
  request: Request,
  periods: readonly Days[],
  booked: readonly BookedDays[],
): Checked<SoldOutFigures> {
  const figures: SoldOutFigures = { kind: "sold_out", stated: proof.stated, sold: proof.sold, asked: request.quantity };
  return { faults: faultsOf(proof, request, periods, booked), figures };
}

function faultsOf(
  { limit, stated, sold }: SoldOutProof,
  request: Request,
  periods: readonly Days[],
  booked: readonly BookedDays[],
): string[] {
  if (request.firmness !== "interruptible") return ["is about interruptible rights, and firm ones are asked for"];
  if (limit !== null && !bearsOn(limit, request.route)) return [`${routeInWords(limit)} does not limit ${routeInWords(request.route)}`];
  if (stated - sold >= request.quantity) return [`${String(stated - sold)} are left of ${String(stated)}`];
  return booked
    .filter((days) => days.periods.some((one) => periods.some((other) => overlap(one, other) !== undefined)))
    .map((days) => ({ days, found: counting(days, limit) }))
    .filter(({ found }) => found !== sold)
    .map(({ days, found }) => `${String(found)} are sold on ${days.periods.map(daysInWords).join(", ")}, not ${String(sold)}`);
}

const counting = ({ stack }: BookedDays, limit: SoldOutProof["limit"]): bigint =>
  limit === null ? 0n : sum([...stack.values()].filter(({ route }) => bearsOn(limit, route)).map(({ quantity }) => quantity));
