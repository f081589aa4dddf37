/** What one's party holds on a network: its rights over time, its contracts, and one of them in full. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import type { Clock, GasDay } from "../../format/days";
import { addMonths, gasDayAt } from "../../format/days";
import { useLivePositions } from "../../live/useLive";
import { useKeys } from "../../keyboard/useKeys";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { texts } from "../../texts/en";
import { ContractPanel } from "./contract/ContractPanel";
import { ContractTable } from "./ContractTable";
import css from "./PortfolioScreen.module.css";
import { OwnContractsDocument } from "./queries";
import { RightsOverTime } from "./rights/RightsOverTime";

const route = getRouteApi("/signed-in/networks/$network/portfolio");

export function PortfolioScreen() {
  const { network: code } = route.useParams();
  const { contract: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, ask] = useQuery({ query: OwnContractsDocument, variables: { network: code, after: null } });
  const today = useToday(data?.network.clock);
  useLivePositions(code, { start: today, end: addMonths(today, 1) }, data?.contracts.cursor ?? undefined);
  const contracts = data?.contracts.edges.map(({ node }) => node) ?? [];
  const contract = contracts.find((one) => one.code === chosen) ?? contracts[0];
  const choose = (next: string | undefined) => {
    if (next !== undefined) void navigate({ search: { contract: next }, replace: true });
  };
  const place = contract === undefined ? -1 : contracts.indexOf(contract);
  useKeys({
    J: () => { choose(contracts[place + 1]?.code); },
    K: () => { choose(contracts[place - 1]?.code); },
    j: () => { choose(contracts[place + 1]?.code); },
    k: () => { choose(contracts[place - 1]?.code); },
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
  const { network } = data;
  return (
    <div className={css.screen}>
      <section className={css.rights}>
        <RightsOverTime contracts={contracts} chosen={contract.code} unit={network.unit} today={today} onChoose={choose} />
      </section>
      <section className={css.list} aria-label={texts.portfolio.contracts}>
        <ContractTable contracts={contracts} chosen={contract.code} unit={network.unit} onChoose={choose} />
        {data.contracts.pageInfo.hasNextPage ? <p className={css.more}>{texts.portfolio.newest(contracts.length)}</p> : null}
      </section>
      <section className={css.contract} aria-label={texts.portfolio.contract}>
        <ContractPanel key={contract.id} contract={contract} network={code} unit={network.unit} />
      </section>
    </div>
  );
}

const UTC = { zone: "UTC", startHour: 0 };

/** The gas day that runs at a network, whose clock may not be known yet. */
const useToday = ({ zone, startHour }: Clock = UTC): GasDay =>
  useMemo(() => gasDayAt(new Date(), { zone, startHour }), [zone, startHour]);
