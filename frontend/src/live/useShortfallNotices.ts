/**
 * The notices of shortfalls in force on a network, of each holder the last one: it takes the place of those before. A holder receives its
 * own, the network's operator all. They are read from the start of the stream, so what was said before is known, too.
 */
import { useMemo, useState } from "react";
import type { ResultOf } from "../api/graphql";
import { graphql } from "../api/graphql";
import { useAgain } from "../api/useAgain";
import { useStream } from "../api/useStream";

const ShortfallNoticesDocument = graphql(`
  subscription ShortfallNotices($network: String!, $after: Cursor) {
    shortfallNotices(network: $network, after: $after) {
      __typename
      ... on ShortfallNotice {
        cursor
        recordedAt
        isRestored
        holder { id code name }
        lines { cut units missing period { start end } contract { id code } }
      }
      ... on ResyncRequired { cursor }
    }
  }
`);

type News = ResultOf<typeof ShortfallNoticesDocument>;
export type ShortfallNotice = Extract<News["shortfallNotices"], { __typename: "ShortfallNotice" }>;

const START = "0";

/** Nothing is followed without a network; a stream that could not go on is read from its start again, and what it said stands meanwhile. */
export function useShortfallNotices(network: string | undefined): readonly ShortfallNotice[] {
  const variables = useMemo(() => (network === undefined ? undefined : { network, after: START }), [network]);
  const [begun, setBegun] = useState<Begun>({ network, restarts: 0, before: NONE });
  const { restarts, before } = begun.network === network ? begun : { restarts: 0, before: NONE };
  const stream = useStream(ShortfallNoticesDocument, variables, String(restarts), told);
  const isCutOff = stream.state?.isCutOff === true;
  const notices = stream.state?.notices ?? before;
  const again = () => { setBegun({ network, restarts: restarts + 1, before: notices }); };
  if (isCutOff) again();
  useAgain(stream, isCutOff, again);
  return notices;
}

interface Begun {
  readonly network: string | undefined;
  readonly restarts: number;
  /** What was said before the last restart. */
  readonly before: readonly ShortfallNotice[];
}

interface Told {
  readonly notices: readonly ShortfallNotice[];
  readonly isCutOff: boolean;
}

const told = (before: Told | undefined, news: News): Told => ({
  notices: latest(before?.notices, news),
  isCutOff: news.shortfallNotices.__typename === "ResyncRequired",
});

const NONE: readonly ShortfallNotice[] = [];

/** The notices in force after one more. */
export function latest(before: readonly ShortfallNotice[] = NONE, { shortfallNotices: news }: News): readonly ShortfallNotice[] {
  if (news.__typename !== "ShortfallNotice") return before;
  const others = before.filter(({ holder }) => holder.id !== news.holder.id);
  return news.isRestored ? others : [news, ...others];
}
