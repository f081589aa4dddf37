/** What one's party holds on a network, as contracts and as positions, kept up to date with what is owed for it. */
import { useMemo } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { useLast } from "../../api/useLast";
import { useToday } from "../../api/useToday";
import type { CommercialUnit } from "../../format/amounts";
import type { Days, GasDay } from "../../format/days";
import { addMonths } from "../../format/days";
import { useLiveLedger, useLivePositions } from "../../live/useLive";
import type { PortfolioAddress } from "./address";
import { monthsOf } from "./address";
import type { OwnContract, OwnPositions } from "./queries";
import { OwnContractsDocument, OwnPositionsDocument } from "./queries";

export interface Portfolio {
  readonly today: GasDay;
  /** A year from today. */
  readonly ahead: Days;
  /** As far ahead as is shown. */
  readonly axis: Days;
  /** Undefined while nothing has been answered. */
  readonly held: Contracts | undefined;
  /** Undefined while they are not asked for or not answered. */
  readonly positions: readonly OwnPositions[] | undefined;
  /** Why contracts could not be asked for, or not again. */
  readonly error: CombinedError | undefined;
  readonly positionsError: CombinedError | undefined;
  readonly onRetry: () => void;
}

export interface Contracts {
  readonly unit: CommercialUnit;
  readonly contracts: readonly OwnContract[];
  readonly hasMore: boolean;
}

export function usePortfolio(network: string, address: PortfolioAddress): Portfolio {
  const maySettle = useStore(session)?.viewer.scopes.includes("SETTLE") === true;
  const asked = useMemo(() => ({ network, maySettle }), [network, maySettle]);
  const [answer, ask] = useQuery({ query: OwnContractsDocument, variables: asked });
  // What is being looked at here outlasts an answer that fails.
  const data = useLast(answer.data);
  const today = useToday(data?.network.clock);
  const ahead = useMemo(() => ({ start: today, end: addMonths(today, 12) }), [today]);
  const months = monthsOf(address);
  const axis = useMemo(() => ({ start: today, end: addMonths(today, months) }), [today, months]);
  useLivePositions(network, ahead, data?.contracts.cursor ?? undefined);
  useLiveLedger(data?.ledgerEntries?.cursor);
  const variables = useMemo(() => ({ network, period: axis }), [network, axis]);
  const [positions] = useQuery({ query: OwnPositionsDocument, variables, pause: (address.by ?? "contract") === "contract" });
  const held = useMemo(
    () =>
      data && {
        unit: data.network.unit,
        contracts: data.contracts.edges.map(({ node }) => node),
        hasMore: data.contracts.pageInfo.hasNextPage,
      },
    [data],
  );
  return {
    today,
    ahead,
    axis,
    held,
    positions: positions.data?.positions.routes,
    error: answer.error,
    positionsError: positions.error,
    onRetry: () => { ask({ requestPolicy: "network-only" }); },
  };
}
