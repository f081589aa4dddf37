/** What a contract says was booked, and whether a proof is about that. */
import type { ProofDocument } from "./document/document";
import type { Fault } from "./document/reader";
import type { Days, Firmness, Right } from "./document/rights";
import { daysInWords, keyOf, routeInWords } from "./document/rights";

export interface Booked {
  /** The code of its network. */
  readonly network: string;
  readonly rights: readonly Right[];
  readonly period: Days;
  readonly firmness: Firmness;
}

/** Where the request that a proof is about is not what was booked. */
export function differences({ network, verdict: { request } }: ProofDocument, booked: Booked): Fault[] {
  const { route, quantity, period, firmness } = request;
  const [right] = booked.rights;
  const faults: Fault[] = [];
  const expect = (member: string, isSame: boolean, was: string): void => {
    if (!isSame) faults.push({ path: `proof.${member}`, message: `is not what was booked: ${was}` });
  };
  expect("network.code", network.code === booked.network, booked.network);
  const routes = booked.rights.map((one) => routeInWords(one.route)).join(", ");
  expect("verdict.request.route", right !== undefined && booked.rights.length === 1 && keyOf(right.route) === keyOf(route), routes);
  expect("verdict.request.quantity", quantity === right?.quantity, String(right?.quantity ?? 0n));
  expect("verdict.request.period", period.start === booked.period.start && period.end === booked.period.end, daysInWords(booked.period));
  expect("verdict.request.firmness", firmness === booked.firmness, booked.firmness);
  return faults;
}
