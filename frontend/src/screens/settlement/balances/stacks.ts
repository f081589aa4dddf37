/** Balances of a party as bars: of each month and charge code one piece, what it owes upwards, what it is owed downwards. */
import type { Currency } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { drawnMoney } from "../../../format/drawing";
import type { ChargeCode } from "../address";
import { CODES } from "../address";
import type { PartyBalance } from "../queries";

export interface Piece {
  readonly month: GasDay;
  readonly code: ChargeCode;
  readonly amount: PartyBalance["amount"];
  /** Where it begins and ends on the axis of money; below nothing it goes down. */
  readonly from: number;
  readonly to: number;
}

export interface Stacks {
  readonly currency: Currency;
  readonly pieces: readonly Piece[];
  readonly highest: number;
  readonly lowest: number;
}

/** The bars of a party, those of each currency for themselves. */
export function stacksOf(balances: readonly PartyBalance[], party: string | undefined): Stacks[] {
  const own = balances.filter((one) => one.party.code === party);
  const currencies = [...new Set(own.map(({ amount }) => amount.currency))];
  return currencies.map((currency) => stacked(currency, own.filter(({ amount }) => amount.currency === currency)));
}

function stacked(currency: Currency, balances: readonly PartyBalance[]): Stacks {
  const tops = new Map<string, number>();
  const pieces = CODES.flatMap((code) => balances.filter((one) => one.code === code)).map(({ gasMonth, code, amount }): Piece => {
    const length = drawnMoney(amount.amount);
    const pile = `${gasMonth} ${length < 0 ? "down" : "up"}`;
    const from = tops.get(pile) ?? 0;
    tops.set(pile, from + length);
    return { month: gasMonth, code, amount, from, to: from + length };
  });
  const ends = pieces.map(({ to }) => to);
  return { currency, pieces, highest: Math.max(0, ...ends), lowest: Math.min(0, ...ends) };
}
