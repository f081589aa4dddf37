/** What happened to one's party since one last looked, from the streams of events and the list of jobs. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { useQuery } from "urql";
import { useAgain } from "../../api/useAgain";
import { useStream } from "../../api/useStream";
import { useLiveJobs } from "../../live/useLive";
import type { Notification } from "./notification";
import { ofJob, ofMarket, ofShortfall } from "./notification";
import type { MarketNews, ShortfallNews } from "./queries";
import { JobsDocument, MarketNoticesDocument, MarketPositionDocument, ShortfallNoticesDocument } from "./queries";
import type { ReadPosition } from "./readPosition";
import { followPosition, loadPosition, storePosition } from "./readPosition";

const SHOWN_MAX = 100;
/** Before the first event of a stream. */
const START = "0";

export interface Reader {
  readonly account: string;
  readonly party: string;
  /** Whether the party trades and holds capacity: others hear of their jobs alone. */
  readonly isShipper: boolean;
  /** The present instant by the platform's clock, or one shortly before. */
  readonly now: string;
}

export interface Notifications {
  /** Newest first. */
  readonly shown: readonly Notification[];
  readonly unread: ReadonlySet<string>;
  /** Say that all that is shown has been looked at. */
  readonly markRead: () => void;
}

export function useNotifications({ account, party, isShipper, now }: Reader): Notifications {
  const [start] = useState<ReadPosition>(() => loadPosition(account) ?? { at: now });
  const [read, setRead] = useState(start);
  const [position] = useQuery({ query: MarketPositionDocument, pause: !isShipper || start.market !== undefined });
  const marketStart = start.market ?? position.data?.trades.cursor ?? undefined;
  const market = useNews<MarketNews, { marketEvents: MarketNews }>(
    MarketNoticesDocument, isShipper ? marketStart : undefined, ({ marketEvents }) => marketEvents, party, ofMarket,
  );
  const capacity = useNews<ShortfallNews, { shortfallNotices: ShortfallNews }>(
    ShortfallNoticesDocument, isShipper ? (start.capacity ?? START) : undefined, ({ shortfallNotices }) => shortfallNotices, party, ofShortfall,
  );
  const jobs = useJobs(party);

  const shown = useMemo(
    () =>
      [...market.told, ...capacity.told, ...jobs]
        .filter(({ at }) => isAfter(at, start.at))
        .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
        .slice(0, SHOWN_MAX),
    [market, capacity, jobs, start],
  );
  const unread = new Set(shown.filter(({ at }) => isAfter(at, read.at)).map(({ id }) => id));
  useEffect(() => {
    // From here on the next visit continues, also if nothing happens and nobody looks.
    if (loadPosition(account) === undefined && (marketStart !== undefined || !isShipper)) storePosition(account, { at: start.at, market: marketStart });
  }, [account, isShipper, marketStart, start]);
  useEffect(() => followPosition(account, (stored) => { setRead((before) => (isAfter(stored.at, before.at) ? stored : before)); }), [account]);
  const markRead = () => {
    const next: ReadPosition = {
      at: shown[0] !== undefined && isAfter(shown[0].at, read.at) ? shown[0].at : read.at,
      market: market.cursor ?? marketStart,
      capacity: capacity.cursor ?? start.capacity,
    };
    setRead(next);
    storePosition(account, next);
  };
  return { shown, unread, markRead };
}

const isAfter = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);

interface Told {
  readonly told: readonly Notification[];
  readonly cursor: string | undefined;
  /** Where to go on when the stream could not go on after the cursor that it was given. */
  readonly resync: string | undefined;
}

const NOTHING: Told = { told: [], cursor: undefined, resync: undefined };

/** Follow a stream of news, and keep those that a party is told of; what was told stands while a stream that failed is read again. */
function useNews<News extends { readonly __typename: string; readonly cursor: string }, Data>(
  document: TypedDocumentNode<Data, { after?: string | null } & AnyVariables>,
  start: string | undefined,
  newsIn: (data: Data) => News,
  party: string,
  tell: (news: News, party: string) => Notification | undefined,
): Told {
  const [resynced, setResynced] = useState<string>();
  const after = resynced ?? start;
  const variables = useMemo(() => (after === undefined ? undefined : { after }), [after]);
  const collect = useCallback(
    (before: Told = NOTHING, data: Data): Told => {
      const news = newsIn(data);
      if (news.__typename === "ResyncRequired") return { ...before, resync: news.cursor };
      const notification = tell(news, party);
      return { ...before, cursor: news.cursor, told: notification === undefined ? before.told : [notification, ...before.told].slice(0, SHOWN_MAX) };
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `newsIn` reads the one field of the document
    [party, tell],
  );
  const [{ restarts, before }, setBegun] = useState({ restarts: 0, before: NOTHING });
  const stream = useStream(document, variables, String(restarts), collect);
  const state = stream.state ?? before;
  useAgain(stream, state.resync !== undefined, () => { setBegun({ restarts: restarts + 1, before: state }); });
  if (state.resync !== undefined && state.resync !== resynced) setResynced(state.resync);
  return state;
}

/** The newest jobs, which are asked for anew whenever one begins or ends. */
function useJobs(party: string): readonly Notification[] {
  const [{ data }] = useQuery({ query: JobsDocument, requestPolicy: "cache-and-network" });
  useLiveJobs(undefined, data?.jobs.cursor ?? undefined);
  return useMemo(() => (data?.jobs.edges ?? []).flatMap(({ node }) => ofJob(node, party) ?? []), [data, party]);
}
