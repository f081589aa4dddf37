/** The caller's own rights at points, on a gas day and over time. */
import type { Quantity } from "../../format/amounts";
import type { Days, GasDay } from "../../format/days";
import { holds } from "../../format/days";
import { drawn, isNothing } from "../../format/drawing";
import type { RoutePositions } from "./queries";

export interface OwnRights {
  /** Tells rows apart. */
  readonly key: string;
  readonly receipt: string | undefined;
  readonly delivery: string | undefined;
  readonly firmness: RoutePositions["firmness"];
  readonly stretches: readonly { readonly days: Days; readonly owned: Quantity }[];
}

export const readRights = (routes: readonly RoutePositions[]): OwnRights[] =>
  routes.map(({ route, firmness, positions }) => ({
    key: [route.receipt?.code, route.delivery?.code, firmness].join(" "),
    receipt: route.receipt?.code,
    delivery: route.delivery?.code,
    firmness,
    stretches: positions
      .filter(({ owned }) => !isNothing(owned))
      .map(({ period, owned }) => ({ days: period, owned })),
  }));

const pointsOf = ({ receipt, delivery }: OwnRights): string[] => [receipt, delivery].filter((code) => code !== undefined);

export const pointsWithRights = (rights: readonly OwnRights[]): ReadonlySet<string> =>
  new Set(rights.filter(({ stretches }) => stretches.length > 0).flatMap(pointsOf));

/** For each point with rights on a gas day, how large its ring is: 1 for the most. */
export function ringsOn(rights: readonly OwnRights[], day: GasDay): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const right of rights) {
    for (const { days, owned } of right.stretches) {
      if (!holds(days, day)) continue;
      for (const point of pointsOf(right)) lengths.set(point, (lengths.get(point) ?? 0) + drawn(owned));
    }
  }
  const most = Math.max(1, ...lengths.values());
  return new Map([...lengths].map(([point, length]) => [point, Math.sqrt(length / most)]));
}

export const touches = (right: OwnRights, point: string | undefined): boolean =>
  point !== undefined && (right.receipt === point || right.delivery === point);
