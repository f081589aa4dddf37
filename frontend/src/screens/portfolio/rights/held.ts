/** What is drawn over time: one's contracts, or the positions on each route, which the API sums. */
import type { Quantity } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import type { Group } from "../address";
import type { OwnContract, OwnPositions } from "../queries";
import { routeName } from "../routeName";

export interface Held {
  readonly key: string;
  readonly name: string;
  /** More of it in words, a line each. */
  readonly about: string;
  readonly isEntry: boolean;
  readonly isInterruptible: boolean;
  readonly rights: readonly { readonly days: Days; readonly quantity: Quantity }[];
  /** The contract that a click chooses, if it is one. */
  readonly contract: string | undefined;
}

export const heldContracts = (contracts: readonly OwnContract[]): Held[] =>
  contracts.map(({ code, routes, firmness, rights }) => ({
    key: code,
    name: routes[0] === undefined ? code : routeName(routes[0].route),
    about: `${code}\n${routes.map(({ route }) => routeName(route)).join(", ")}`,
    isEntry: routes.every(({ route }) => route.kind === "ENTRY"),
    isInterruptible: firmness === "INTERRUPTIBLE",
    rights: rights.map(({ period, quantity }) => ({ days: period, quantity })),
    contract: code,
  }));

export const heldPositions = (routes: readonly OwnPositions[]): Held[] =>
  routes.map(({ route, firmness, positions }) => ({
    key: [route.receipt?.code, route.delivery?.code, firmness].join(" "),
    name: routeName(route),
    about: routeName(route),
    isEntry: route.kind === "ENTRY",
    isInterruptible: firmness === "INTERRUPTIBLE",
    rights: positions.map(({ period, owned }) => ({ days: period, quantity: owned })),
    contract: undefined,
  }));

const SHADES = [88, 66, 48, 76, 56, 40];

const shade = (place: number): string =>
  `color-mix(in oklab, var(--s2) ${String(SHADES[place % SHADES.length] ?? 60)}%, var(--bg-1))`;

/** The chosen contract in the accent, others in shades of one colour; by firmness one colour each. */
export const coloursOf = (held: readonly Held[], by: Group, chosen: string): ReadonlyMap<string, string> =>
  new Map(
    held.map(({ key, contract, isInterruptible }, place) => {
      if (by === "firmness") return [key, isInterruptible ? "var(--s3)" : "var(--s2)"];
      return [key, contract !== undefined && contract === chosen ? "var(--accent)" : shade(place)];
    }),
  );
