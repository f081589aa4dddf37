/** What every path offers over some gas days: the least of them all, as it is sold, and what a unit of it costs. */
import { int32 } from "../../../api/columns";
import type { Currency, Decimal, Quantity } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { isLess, isNothing } from "../../../format/drawing";
import type { FreeFigure } from "../../../free/free";
import { leastFree, readFree } from "../../../free/free";
import type { Verified } from "../../../free/verified";
import { withVerified } from "../../../free/verified";
import type { PathsAnswer } from "./queries";

export interface Path {
  readonly receipt: string;
  readonly delivery: string;
  /** Undefined where nothing is known. */
  readonly figure: FreeFigure | undefined;
  /** What a unit costs on all the gas days together. */
  readonly price: Decimal | undefined;
}

export interface Paths {
  /** The gas days asked about. */
  readonly days: Days;
  /** Those of them that can be booked, of which the figures are. */
  readonly onSale: Days | undefined;
  /** Why the last of them cannot be booked; null where it can. */
  readonly notOnSale: PathsAnswer["stretches"][number]["notOnSale"];
  readonly currency: Currency;
  /** The level to which a booking is proved. */
  readonly demanded: PathsAnswer["demandedLevel"];
  /** The level to which figures are exact that are not proved yet. */
  readonly bound: PathsAnswer["boundLevel"];
  readonly all: readonly Path[];
}

/** Read an answer, with what was verified since; undefined where it is about no gas day. */
export function readPaths(answer: PathsAnswer, verified: Verified | undefined): Paths | undefined {
  const days = spanOf(answer.stretches);
  if (days === undefined) return undefined;
  const places = int32(answer.unitPricePlaces);
  const all = withVerified(readFree(answer), verified).flatMap((route, row): Path[] => {
    const { receipt, delivery } = route;
    if (receipt === null || delivery === null) return [];
    const price = answer.unitPrices[places[row] ?? -1]?.total ?? undefined;
    return [{ receipt, delivery, figure: leastFree(route), price }];
  });
  const onSale = spanOf(answer.stretches.filter(({ notOnSale }) => notOnSale === null));
  const notOnSale = answer.stretches.at(-1)?.notOnSale ?? null;
  return { days, onSale, notOnSale, currency: answer.currency, demanded: answer.demandedLevel, bound: answer.boundLevel, all };
}

export function isAbout({ stretches }: PathsAnswer, { start, end }: Days): boolean {
  const span = spanOf(stretches);
  return span?.start === start && span.end === end;
}

/** Stretches follow each other. */
function spanOf(stretches: PathsAnswer["stretches"]): Days | undefined {
  const [first, last] = [stretches[0], stretches.at(-1)];
  return first === undefined || last === undefined ? undefined : { start: first.period.start, end: last.period.end };
}

/** proved: a booking gets it. bound: none gets more, and whether one gets it is not proved yet. none: proved to be nothing. */
export type Standing = "bound" | "none" | "proved" | "unknown";

export function standingOf({ figure }: Path): Standing {
  if (figure === undefined) return "unknown";
  if (isNothing(figure.quantity)) return "none";
  return figure.isBound ? "bound" : "proved";
}

/** Whether a path has a quantity, or may have it where that is not proved yet. */
export const mayHave = ({ figure }: Path, need: Quantity): boolean => figure !== undefined && !isLess(figure.quantity, need);
