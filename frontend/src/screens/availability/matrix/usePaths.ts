/** What every path offers, followed as it changes, with what has been verified since one asked for it. */
import { useMemo, useState } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { useLast } from "../../../api/useLast";
import { useStream } from "../../../api/useStream";
import type { Days } from "../../../format/days";
import { RoutesFreeDocument } from "../../../free/queries";
import { collectVerified } from "../../../free/verified";
import { useLiveAvailability } from "../../../live/useLive";
import type { Path, Paths } from "./paths";
import { isAbout, readPaths } from "./paths";
import { PathsDocument } from "./queries";

export interface AskedPaths {
  /** Those of the days before until those asked about have come. */
  readonly paths: Paths | undefined;
  readonly error: CombinedError | undefined;
  readonly isFetching: boolean;
  readonly isVerifying: boolean;
  /** Have some paths proved, one after another. */
  readonly onVerify: (paths: readonly Path[]) => void;
  readonly onRetry: () => void;
}

interface Verification {
  /** In which state of the rights: after a change figures are bounds again until one asks anew. */
  readonly cursor: string | undefined;
  readonly days: Days;
  readonly routes: readonly { readonly receipt: string; readonly delivery: string }[];
}

export function usePaths(network: string, { start, end }: Days): AskedPaths {
  const days = useMemo(() => ({ start, end }), [start, end]);
  const [{ data, error, fetching }, ask] = useQuery({ query: PathsDocument, variables: useMemo(() => ({ network, period: days }), [network, days]) });
  const [asked, setAsked] = useState<Verification>();
  const last = useLast(data);
  // An answer that failed leaves the one before it, unless that was about other gas days.
  const answer = data?.networkAvailability ?? (last === undefined || error === undefined || !isAbout(last.networkAvailability, days) ? undefined : last.networkAvailability);
  const cursor = answer?.cursor;
  const isAsked = asked !== undefined && asked.cursor === cursor && asked.days === days;
  const variables = useMemo(() => (isAsked ? { network, period: asked.days, routes: [...asked.routes] } : undefined), [network, asked, isAsked]);
  const verified = useStream(RoutesFreeDocument, variables, cursor, collectVerified);
  useLiveAvailability(network, cursor);
  return {
    paths: useMemo(() => answer && readPaths(answer, verified.state), [answer, verified.state]),
    error: error ?? verified.error,
    isFetching: fetching,
    isVerifying: isAsked && !verified.isOver && verified.error === undefined,
    onVerify: (paths) => { setAsked({ cursor, days, routes: paths.map(({ receipt, delivery }) => ({ receipt, delivery })) }); },
    onRetry: () => {
      setAsked(undefined);
      ask({ requestPolicy: "network-only" });
    },
  };
}
