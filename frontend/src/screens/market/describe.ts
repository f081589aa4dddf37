/** Offers in words. */
import type { CommercialUnit, Quantity } from "../../format/amounts";
import { percentFigure, unitName, whole } from "../../format/amounts";
import { marketTexts } from "../../texts/market";
import { routeName } from "../portfolio/routeName";
import type { Filter } from "./address";
import type { Offered, Release } from "./queries";

/** "hub › sink 27, hub › sink 28" */
export const routesOf = (routes: readonly { readonly route: Offered["routes"][number]["route"] }[]): string =>
  routes.map(({ route }) => routeName(route)).join(", ");

export const inUnits = (quantity: Quantity, unit: CommercialUnit): string => `${whole(quantity)} ${unitName(unit)}`;

/** How bids on a release are valued: "present value at 5% a year" */
export const methodOf = ({ method, discountRate }: Pick<Release, "discountRate" | "method">): string =>
  marketTexts.methods[method](percentFigure(discountRate));

/** The same where there is little room: "PV at 5%" */
export const shortMethodOf = ({ method, discountRate }: Pick<Release, "discountRate" | "method">): string =>
  marketTexts.methodsShort[method](percentFigure(discountRate));

/** The filter that lists what else is offered on the route of an offer. */
export function routeFilter({ routes }: Pick<Offered, "routes">): Pick<Filter, "delivery" | "receipt"> {
  const route = routes[0]?.route;
  return { receipt: route?.receipt?.code, delivery: route?.delivery?.code };
}
