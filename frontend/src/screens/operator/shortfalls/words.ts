import type { Days } from "../../../format/days";
import { fullDays } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { routeName } from "../shown";
import type { ShortCut } from "./queries";

/** The edges of a cut, or the point or path whose limit is exceeded. */
export const cutName = ({ limit, edges }: ShortCut): string =>
  limit === null ? edges.map(({ edge }) => labelOf(edge)).join(", ") : routeName(limit);

export const daysInWords = (periods: readonly Days[]): string => periods.map(fullDays).join(", ");
