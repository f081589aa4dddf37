/** What one route offers, verified while one looks; asked anew when rights have changed. */
import { useMemo } from "react";
import { useStream } from "../../api/useStream";
import type { Days } from "../../format/days";
import type { FreeRoute } from "../../free/free";
import { readFree } from "../../free/free";
import type { Free } from "../../free/queries";
import { RoutesFreeDocument } from "../../free/queries";
import type { RouteCodes } from "./address";

interface Answer {
  readonly free: FreeRoute | undefined;
  readonly fault: string | undefined;
}

/** The newest answer has all that is known of the route. */
const newest = (_: unknown, { networkAvailability }: { readonly networkAvailability: Free }): FreeRoute[] => readFree(networkAvailability);

export function useRouteFree(network: string, axis: Days, route: RouteCodes | undefined, rights: string | undefined): Answer {
  const { start, end } = axis;
  const [receipt, delivery] = [route?.receipt ?? null, route?.delivery ?? null];
  const variables = useMemo(
    () => ((receipt ?? delivery) === null ? undefined : { network, period: { start, end }, routes: [{ receipt, delivery }] }),
    [network, start, end, receipt, delivery],
  );
  const { state, error } = useStream(RoutesFreeDocument, variables, rights, newest);
  return { free: state?.[0], fault: error?.message };
}
