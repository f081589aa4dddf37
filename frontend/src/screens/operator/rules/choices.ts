/** What the fields of rules and tariffs choose from. */
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";

const among = <Value extends string>(values: readonly Value[], names: Readonly<Record<Value, string>>) =>
  values.map((value) => ({ value, text: names[value] }));

export const LEVELS = among(["RIGHTS", "FLOW", "ROBUST", "HYDRAULIC"], texts.levels);
export const UNDECIDED = among(["REFUSE", "SELL_AT_LEVEL_REACHED"], operatorTexts.policy.whenUndecided);
export const FIRMNESS = among(["FIRM", "INTERRUPTIBLE"], texts.firmness);
export const ROUTE_KINDS = among(["ENTRY", "EXIT", "PATH"], operatorTexts.routeKinds);
export const RUNTIMES = among(["ANY", "DAILY", "MONTHLY", "QUARTERLY", "YEARLY"], operatorTexts.runtimes);

export type RouteKind = (typeof ROUTE_KINDS)[number]["value"];
