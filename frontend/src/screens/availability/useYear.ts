/** What points offer over a year, with what has been verified since one asked for it. */
import { useMemo, useState } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { useStream } from "../../api/useStream";
import type { Days, GasDay } from "../../format/days";
import type { FreeRoute } from "../../free/free";
import { figureOf, readFree } from "../../free/free";
import type { Free } from "../../free/queries";
import { FreeDocument, VerifiedDocument } from "../../free/queries";
import { useLiveAvailability } from "../../live/useLive";

export interface Year {
  readonly entries: readonly FreeRoute[] | undefined;
  readonly exits: readonly FreeRoute[] | undefined;
  readonly error: CombinedError | undefined;
  readonly isVerifying: boolean;
  readonly onVerify: () => void;
  readonly onRetry: () => void;
}

type Verified = ReadonlyMap<string, FreeRoute>;

const keyOf = ({ receipt, delivery }: FreeRoute): string => `${receipt ?? ""}\n${delivery ?? ""}`;

/** Add the rows of an answer that are verified on all days. */
function collect(before: Verified | undefined, { networkAvailability }: { readonly networkAvailability: Free }): Verified {
  const rows = readFree(networkAvailability).filter(isVerified);
  return new Map([...(before ?? []), ...rows.map((row) => [keyOf(row), row] as const)]);
}

const isVerified = ({ stretches }: FreeRoute): boolean => !stretches.some((stretch) => figureOf(stretch)?.isBound === true);

export function useYear(network: string, axis: Days): Year {
  const period = useMemo(() => ({ start: axis.start, end: axis.end }), [axis]);
  const [{ data, error }, ask] = useQuery({ query: FreeDocument, variables: useMemo(() => ({ network, period }), [network, period]) });
  // For which state of the rights one asked: after a change figures are bounds again until one asks anew.
  const [asked, setAsked] = useState<string>();
  const cursor = data?.entries.cursor;
  const isAsked = asked !== undefined && asked === cursor;
  const entries = useStream(VerifiedDocument, useKind(network, period, "ENTRY", isAsked), cursor, collect);
  const exits = useStream(VerifiedDocument, useKind(network, period, "EXIT", isAsked), cursor, collect);
  useLiveAvailability(network, cursor);
  return {
    entries: useMemo(() => data && merged(readFree(data.entries), entries.state), [data, entries.state]),
    exits: useMemo(() => data && merged(readFree(data.exits), exits.state), [data, exits.state]),
    error: error ?? entries.error ?? exits.error,
    isVerifying: isAsked && !(entries.isOver && exits.isOver),
    onVerify: () => { setAsked(cursor); },
    onRetry: () => { ask({ requestPolicy: "network-only" }); },
  };
}

const useKind = (network: string, period: { readonly start: GasDay; readonly end: GasDay }, kind: "ENTRY" | "EXIT", isAsked: boolean) =>
  useMemo(() => (isAsked ? { network, period, kind } : undefined), [network, period, kind, isAsked]);

const merged = (routes: readonly FreeRoute[], verified: Verified | undefined): FreeRoute[] =>
  routes.map((route) => verified?.get(keyOf(route)) ?? route);
