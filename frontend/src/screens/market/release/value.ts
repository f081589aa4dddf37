/** The value of a bid, which is a rate or an amount of money by the method of its release. */
import type { CommercialUnit, Currency, Decimal } from "../../../format/amounts";
import { money, price, priceUnit } from "../../../format/amounts";
import type { Release } from "../queries";

type Terms = Pick<Release, "currency" | "method">;

export const valueOf = (value: Decimal, { method, currency }: Terms): string =>
  method === "HIGHEST_RATE" ? price(value) : money({ amount: value, currency });

export const rateOf = (rate: Decimal, currency: Currency, unit: CommercialUnit): string => `${price(rate)} ${priceUnit(currency, unit)}`;
