/** Whether a record says the charge that is shown: its parties, and every figure, term and step of it. */
import type { Decimal } from "../../../format/amounts";
import { isNegative, unsignedDigits } from "../../../format/amounts";
import { monthOf } from "../../../format/days";
import type { Entry, Line } from "../queries";

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The fields of a record, which is canonical JSON; none if it is something else. */
function read(record: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(record));
  } catch {
    return {};
  }
}

/** The ids of the party whose account a charge is on, and of the one on its other side. */
export interface SideIds {
  readonly party: string | undefined;
  readonly counterparty: string | undefined;
}

/** Whether a record says a decimal, shown as it is or with the other sign. */
function isSame(said: unknown, shown: Decimal, isTurned = false): boolean {
  const digits = unsignedDigits(shown);
  return said === (digits !== "0" && isNegative(shown) !== isTurned ? `-${digits}` : digits);
}

const isId = (said: unknown, type: string, id: string | undefined): boolean => typeof said === "string" && btoa(`${type}:${said}`) === id;

/** A record has each line once, with what its debtor owes; its creditor is shown the same with the other sign. */
export function saysCharge(record: string, { sequence }: Entry, side: Line, { party, counterparty }: SideIds): boolean {
  const said = read(record);
  const line = fieldsOf(listOf(said.lines)[side.line]);
  const [days, reversed] = [fieldsOf(line.period), fieldsOf(line.reverses)];
  const working = listOf(line.working);
  const isCreditor = isId(line.creditor, "Party", party);
  const [debtor, creditor] = isCreditor ? [counterparty, party] : [party, counterparty];
  return (
    said.sequence === sequence &&
    isId(line.debtor, "Party", debtor) &&
    isId(line.creditor, "Party", creditor) &&
    isId(line.contract_id, "Contract", side.contractId) &&
    line.contract_code === side.contractCode &&
    line.charge_code === side.code &&
    days.start === side.period.start &&
    days.end === side.period.end &&
    // A line lies within one gas month.
    side.gasMonth === monthOf(side.period.start) &&
    line.quantity === side.quantity &&
    isSame(line.rate, side.rate) &&
    isSame(line.amount, side.amount.amount, isCreditor) &&
    line.currency === side.amount.currency &&
    working.length === side.working.length &&
    side.working.every((step, place) => step === working[place]) &&
    reversed.sequence === side.reverses?.sequence &&
    reversed.line === side.reverses?.line
  );
}
