/** The parties whose accounts one may see, from their balances. */
import type { PartyBalance } from "./queries";

export type Party = PartyBalance["party"];

/** Each party once, by name. */
export function partiesOf(balances: readonly PartyBalance[]): Party[] {
  const found = new Map(balances.map(({ party }) => [party.code, party]));
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}

export type NameOf = (code: string) => string;

/** How a party is called by its code; the code itself where no more is known. */
export function namesOf(parties: readonly Party[]): NameOf {
  const names = new Map(parties.map(({ code, name }) => [code, name]));
  return (code) => names.get(code) ?? code;
}
