/** What one's party holds on a network: its rights over time, its contracts or positions, and one contract in full. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { useNow } from "../../api/useNow";
import type { Clock, GasDay } from "../../format/days";
import { addMonths, gasDayAt } from "../../format/days";
import { useLivePositions } from "../../live/useLive";
import { useKeys } from "../../keyboard/useKeys";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { texts } from "../../texts/en";
import type { PortfolioAddress } from "./address";
import { monthsOf } from "./address";
import { ContractPanel } from "./contract/ContractPanel";
import { ContractTable } from "./ContractTable";
import css from "./PortfolioScreen.module.css";
import { PositionTable } from "./PositionTable";
import { OwnContractsDocument, OwnPositionsDocument } from "./queries";
import { heldContracts, heldPositions } from "./rights/held";
import { RightsOverTime } from "./rights/RightsOverTime";

const route = getRouteApi("/signed-in/networks/$network/portfolio");
const NO_CONTRACTS: never[] = [];

export function PortfolioScreen() {
  const { network: code } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, ask] = useQuery({ query: OwnContractsDocument, variables: { network: code, after: null } });
  const today = useToday(data?.network.clock);
  const ahead = useMemo(() => ({ start: today, end: addMonths(today, 12) }), [today]);
  const months = monthsOf(address);
  const axis = useMemo(() => ({ start: today, end: addMonths(today, months) }), [today, months]);
  useLivePositions(code, ahead, data?.contracts.cursor ?? undefined);
  const by = address.by ?? "contract";
  const [positions] = useQuery({ query: OwnPositionsDocument, variables: useMemo(() => ({ network: code, period: axis }), [code, axis]), pause: by === "contract" });
  const contracts = useMemo(() => data?.contracts.edges.map(({ node }) => node) ?? NO_CONTRACTS, [data]);
  const routes = positions.data?.positions.routes;
  const held = useMemo(() => (by === "contract" ? heldContracts(contracts) : heldPositions(routes ?? [])), [by, contracts, routes]);
  const contract = contracts.find((one) => one.code === address.contract) ?? contracts[0];

  const go = (change: PortfolioAddress) => { void navigate({ search: { ...address, ...change }, replace: true }); };
  const choose = (next: string) => { go({ contract: next }); };
  const step = (places: number) => {
    const next = contract === undefined ? undefined : contracts[contracts.indexOf(contract) + places];
    if (next !== undefined) go({ contract: next.code });
  };
  useKeys({
    J: () => { step(1); },
    j: () => { step(1); },
    K: () => { step(-1); },
    k: () => { step(-1); },
    Escape: () => { go({ contract: undefined }); },
  });

  if (data === undefined) {
    return error === undefined ? <Skeleton rows={16} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  if (contract === undefined) {
    return (
      <Notice
        title={texts.portfolio.empty}
        action={<Link to="/networks/$network" params={{ network: code }}>{texts.portfolio.toNetwork}</Link>}
      >
        {texts.portfolio.emptyWhy}
      </Notice>
    );
  }
  const { unit } = data.network;
  const isUnknown = address.contract !== undefined && address.contract !== contract.code;
  return (
    <div className={css.screen}>
      <section className={css.rights}>
        <RightsOverTime {...{ held, by, address, unit, axis }} chosen={contract.code} onGo={go} />
      </section>
      <section className={css.list} aria-label={by === "contract" ? texts.portfolio.contracts : texts.portfolio.positions}>
        {isUnknown ? <p className={css.more} role="status">{texts.portfolio.notAmong(address.contract ?? "")}</p> : null}
        {by === "contract" ? (
          <>
            <ContractTable {...{ contracts, unit, today }} chosen={contract.code} onChoose={choose} />
            {data.contracts.pageInfo.hasNextPage ? <p className={css.more}>{texts.portfolio.newest(contracts.length)}</p> : null}
          </>
        ) : routes !== undefined ? <PositionTable {...{ routes, by, unit }} />
          : positions.error === undefined ? <Skeleton rows={8} /> : <p className={css.more} role="alert">{positions.error.message}</p>}
      </section>
      <section className={css.contract} aria-label={texts.portfolio.contract}>
        <ContractPanel key={contract.id} contract={contract} network={code} unit={unit} ahead={ahead} />
      </section>
    </div>
  );
}

const REFRESH_S = 60;
const UTC = { zone: "UTC", startHour: 0 };

/** The gas day that runs at a network, whose clock may not be known yet. */
const useToday = (clock: Clock = UTC): GasDay => gasDayAt(useNow(REFRESH_S), clock);
