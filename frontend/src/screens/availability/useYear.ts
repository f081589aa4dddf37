/** What points offer over a year, with what has been verified since one asked for it. */
import { useMemo, useState } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { useStream } from "../../api/useStream";
import type { Days, GasDay } from "../../format/days";
import type { FreeRoute } from "../../free/free";
import { readFree } from "../../free/free";
import { FreeDocument, VerifiedDocument } from "../../free/queries";
import { collectVerified, withVerified } from "../../free/verified";
import { useLiveAvailability } from "../../live/useLive";

export interface Year {
  readonly entries: readonly FreeRoute[] | undefined;
  readonly exits: readonly FreeRoute[] | undefined;
  readonly error: CombinedError | undefined;
  readonly isVerifying: boolean;
  readonly onVerify: () => void;
  readonly onRetry: () => void;
}

export function useYear(network: string, axis: Days): Year {
  const period = useMemo(() => ({ start: axis.start, end: axis.end }), [axis]);
  const [{ data, error }, ask] = useQuery({ query: FreeDocument, variables: useMemo(() => ({ network, period }), [network, period]) });
  // For which state of the rights one asked: after a change figures are bounds again until one asks anew.
  const [asked, setAsked] = useState<string>();
  const cursor = data?.entries.cursor;
  const isAsked = asked !== undefined && asked === cursor;
  const entries = useStream(VerifiedDocument, useKind(network, period, "ENTRY", isAsked), cursor, collectVerified);
  const exits = useStream(VerifiedDocument, useKind(network, period, "EXIT", isAsked), cursor, collectVerified);
  useLiveAvailability(network, cursor);
  return {
    entries: useMemo(() => data && withVerified(readFree(data.entries), entries.state), [data, entries.state]),
    exits: useMemo(() => data && withVerified(readFree(data.exits), exits.state), [data, exits.state]),
    error: error ?? entries.error ?? exits.error,
    isVerifying: isAsked && !(entries.isOver && exits.isOver),
    onVerify: () => { setAsked(cursor); },
    onRetry: () => { ask({ requestPolicy: "network-only" }); },
  };
}

const useKind = (network: string, period: { readonly start: GasDay; readonly end: GasDay }, kind: "ENTRY" | "EXIT", isAsked: boolean) =>
  useMemo(() => (isAsked ? { network, period, kind } : undefined), [network, period, kind, isAsked]);
