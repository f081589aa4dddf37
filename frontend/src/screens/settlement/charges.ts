/** Charges as rows: of each line of an entry one side, that of whom one looks for, else the first that one may see. */
import { writeLineRef } from "../../format/places";
import type { Address } from "./address";
import type { Entry, Line } from "./queries";

export interface ChargeRow {
  readonly key: string;
  readonly entry: Entry;
  readonly side: Line;
}

type Filter = Pick<Address, "code" | "contract" | "month" | "party">;

const fits = ({ code, contract, month, party }: Filter, line: Line): boolean =>
  (code === undefined || line.code === code) &&
  (contract === undefined || line.contractId === contract) &&
  (month === undefined || line.gasMonth === month) &&
  (party === undefined || line.partyCode === party || line.counterpartyCode === party);

export function rowsOf(entries: readonly Entry[], filter: Filter): ChargeRow[] {
  return entries.flatMap((entry) => {
    const sides = new Map<number, Line>();
    for (const line of entry.lines.filter((one) => fits(filter, one))) {
      if (!sides.has(line.line) || line.partyCode === filter.party) sides.set(line.line, line);
    }
    return [...sides.values()].map((side) => ({ key: writeLineRef({ sequence: entry.sequence, line: side.line }), entry, side }));
  });
}
