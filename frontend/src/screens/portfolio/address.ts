/** What the address of the portfolio holds: the contract that is shown, how rights are grouped, and for how long. */
export const GROUPS = ["contract", "point", "firmness"] as const;
export type Group = (typeof GROUPS)[number];

/** How many months the time axis spans. */
export const SPANS = ["1", "3", "12"] as const;
export type Span = (typeof SPANS)[number];

export interface PortfolioAddress {
  readonly contract?: string | undefined;
  /** By contract if it says nothing. */
  readonly by?: Group | undefined;
  /** A year if it says nothing. */
  readonly months?: Span | undefined;
  /** Rights if it says nothing. */
  readonly show?: "credit" | undefined;
  /** The code of the credit limit that is shown; the first if it says nothing. */
  readonly limit?: string | undefined;
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Read the search part of an address; what is not understood is left out. */
export const readPortfolioAddress = ({ contract, by, months, show, limit }: Readonly<Record<string, unknown>>): PortfolioAddress => ({
  contract: textOf(contract),
  by: oneOf(GROUPS, by),
  months: oneOf(SPANS, months),
  show: oneOf(["credit"] as const, show),
  limit: textOf(limit),
});

const MONTHS: Record<Span, number> = { 1: 1, 3: 3, 12: 12 };
const USUAL_SPAN: Span = "12";

export const spanOf = ({ months }: PortfolioAddress): Span => months ?? USUAL_SPAN;
export const monthsOf = (address: PortfolioAddress): number => MONTHS[spanOf(address)];
