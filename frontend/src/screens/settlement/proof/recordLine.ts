/** Whether a record says the charge that is shown: every figure, term and step of it. */
import { unsignedDigits } from "../../../format/amounts";
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

const unsigned = (value: unknown): string | undefined => (typeof value === "string" ? value.replace("-", "") : undefined);

/**
 * A record has each line once, with what its debtor owes; the creditor is shown the same with the other sign. So
 * amounts are compared without it.
 */
export function saysCharge(record: string, { sequence }: Entry, side: Line): boolean {
  const said = read(record);
  const line = fieldsOf(listOf(said.lines)[side.line]);
  const [days, reversed] = [fieldsOf(line.period), fieldsOf(line.reverses)];
  const working = listOf(line.working);
  return (
    said.sequence === sequence &&
    typeof line.contract_id === "string" &&
    btoa(`Contract:${line.contract_id}`) === side.contractId &&
    line.contract_code === side.contractCode &&
    line.charge_code === side.code &&
    days.start === side.period.start &&
    days.end === side.period.end &&
    line.quantity === side.quantity &&
    unsigned(line.rate) === unsignedDigits(side.rate) &&
    unsigned(line.amount) === unsignedDigits(side.amount.amount) &&
    line.currency === side.amount.currency &&
    working.length === side.working.length &&
    side.working.every((step, place) => step === working[place]) &&
    reversed.sequence === side.reverses?.sequence &&
    reversed.line === side.reverses?.line
  );
}
