/** What a stream has verified of routes since one asked for it. */
import type { FreeRoute } from "./free";
import { figureOf, readFree } from "./free";
import type { Free } from "./queries";

export type Verified = ReadonlyMap<string, FreeRoute>;

const keyOf = ({ receipt, delivery }: Pick<FreeRoute, "delivery" | "receipt">): string => `${receipt ?? ""}\n${delivery ?? ""}`;

const isVerified = ({ stretches }: FreeRoute): boolean => !stretches.some((stretch) => figureOf(stretch)?.isBound === true);

/** Add the rows of an answer that are verified on all days; what comes later takes the place of what came before. */
export function collectVerified(before: Verified | undefined, { networkAvailability }: { readonly networkAvailability: Free }): Verified {
  const rows = readFree(networkAvailability).filter(isVerified);
  return new Map([...(before ?? []), ...rows.map((row) => [keyOf(row), row] as const)]);
}

export const withVerified = (routes: readonly FreeRoute[], verified: Verified | undefined): FreeRoute[] =>
  routes.map((route) => verified?.get(keyOf(route)) ?? route);
