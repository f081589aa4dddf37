/** What one's party holds on a network: its rights over time, its contracts or positions, and one contract in full. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useKeys } from "../../keyboard/useKeys";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { Partly } from "../../parts/notice/Partly";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { creditTexts } from "../../texts/credit";
import { texts } from "../../texts/en";
import type { PortfolioAddress } from "./address";
import { ContractPanel } from "./contract/ContractPanel";
import { ContractTable } from "./ContractTable";
import { CreditPicture } from "./credit/CreditPicture";
import { LockTable } from "./credit/LockTable";
import { useCredit } from "./credit/useCredit";
import css from "./PortfolioScreen.module.css";
import { PositionTable } from "./PositionTable";
import { heldContracts, heldPositions } from "./rights/held";
import { RightsOverTime } from "./rights/RightsOverTime";
import { usePortfolio } from "./usePortfolio";

const route = getRouteApi("/signed-in/networks/$network/portfolio");
const NO_CONTRACTS: never[] = [];

export function PortfolioScreen() {
  const { network: code } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const { today, ahead, axis, held: own, positions: routes, error, positionsError, onRetry } = usePortfolio(code, address);
  const isCredit = address.show === "credit";
  const credit = useCredit(code, address);
  const by = address.by ?? "contract";
  const contracts = own?.contracts ?? NO_CONTRACTS;
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

  if (own === undefined) return error === undefined ? <Skeleton rows={16} /> : <Fault error={error} onRetry={onRetry} />;
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
  const { unit } = own;
  const isUnknown = address.contract !== undefined && address.contract !== contract.code;
  return (
    <div className={css.screen}>
      <section className={css.rights}>
        {isCredit ? <CreditPicture {...{ credit, address }} chosen={contract.code} onGo={go} />
          : <RightsOverTime {...{ held, by, address, unit, axis }} chosen={contract.code} onGo={go} />}
      </section>
      <section className={css.list} aria-label={isCredit ? creditTexts.title : by === "contract" ? texts.portfolio.contracts : texts.portfolio.positions}>
        <Partly error={error} />
        {isUnknown ? <p className={css.more} role="status">{texts.portfolio.notAmong(address.contract ?? "")}</p> : null}
        {isCredit ? (
          credit.usage === undefined ? null : <LockTable usage={credit.usage} chosen={contract.code} onChoose={choose} />
        ) : by === "contract" ? (
          <>
            <ContractTable {...{ contracts, unit, today }} chosen={contract.code} onChoose={choose} />
            {own.hasMore ? <p className={css.more}>{texts.portfolio.newest(contracts.length)}</p> : null}
          </>
        ) : routes !== undefined ? <PositionTable {...{ routes, by, unit }} />
          : positionsError === undefined ? <Skeleton rows={8} /> : <Partly error={positionsError} />}
      </section>
      <section className={css.contract} aria-label={texts.portfolio.contract}>
        <ContractPanel key={contract.id} contract={contract} network={code} unit={unit} ahead={ahead} />
      </section>
    </div>
  );
}
