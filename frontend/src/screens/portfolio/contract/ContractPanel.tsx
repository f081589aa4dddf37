/** One contract in full: its graph and price, what is free of it, who holds parts of it, what is owed, and what to do next. */
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useLast } from "../../../api/useLast";
import { unitName, whole } from "../../../format/amounts";
import type { CommercialUnit } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { fullDays, overlap } from "../../../format/days";
import { Key } from "../../../parts/key/Key";
import { Fault } from "../../../parts/notice/Fault";
import { Partly } from "../../../parts/notice/Partly";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { proofTexts } from "../../../texts/proof";
import type { ContractDetails, OwnContract } from "../queries";
import { ContractDocument } from "../queries";
import { routeName } from "../routeName";
import { Actions } from "./Actions";
import css from "./ContractPanel.module.css";
import { Free } from "./Free";
import { Lineage } from "./lineage/Lineage";
import { ContractNetwork } from "./network/ContractNetwork";
import { Owed } from "./Owed";
import { Short } from "./Short";

interface Props {
  readonly contract: OwnContract;
  readonly network: string;
  readonly unit: CommercialUnit;
  /** The gas days for which it is asked what is short: a year from today. */
  readonly ahead: Days;
}

export function ContractPanel({ contract, network, unit, ahead }: Props) {
  const [{ data: answer, error }, ask] = useQuery({ query: ContractDocument, variables: { id: contract.id } });
  const data = useLast(answer);
  const isAhead = overlap(contract.period, ahead) !== undefined;
  return (
    <div className={css.panel}>
      <PanelHead title={contract.code}>
        <Proved contract={data?.contract} />
        <Key>J</Key>
        <Key>K</Key>
      </PanelHead>
      <p className={css.lead}>
        {contract.routes.map(({ route: one, quantity }) => `${routeName(one)}, ${whole(quantity)} ${unitName(unit)}`).join("; ")}
        <br />
        {fullDays(contract.period)}, {texts.firmness[contract.firmness]}
      </p>
      {contract.firmness === "FIRM" && isAhead ? <Short code={contract.code} network={network} days={ahead} unit={unit} /> : null}
      {data === undefined ? error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} /> : (
        <>
          <Partly error={error} />
          <ContractNetwork contract={data.contract} />
          <Free contract={data.contract} network={network} />
          <Lineage members={data.lineage} code={contract.code} network={network} unit={unit} />
          <Owed contract={data.contract} />
          <Origin contract={data.contract} />
          <p className={css.note}>
            <Link to="/networks/$network/contracts/$contract/proof" params={{ network, contract: contract.id }}>{proofTexts.link}</Link>
          </p>
        </>
      )}
      <Actions contract={contract} details={data?.contract} network={network} />
    </div>
  );
}

function Proved({ contract }: { readonly contract: ContractDetails | undefined }) {
  if (contract === undefined || contract.proof === null) return null;
  const { outcome, level, isDerived } = contract.proof;
  return (
    <Tag tone={outcome === "FEASIBLE" ? "yes" : "warn"}>
      <span title={isDerived ? texts.portfolio.derived : undefined}>{texts.portfolio.proved(texts.outcomes[outcome], texts.levels[level])}</span>
    </Tag>
  );
}

/** What it was booked with, what it was split off from, and what proved it. */
function Origin({ contract: { code, parent, bookedTogether, verdict } }: { readonly contract: ContractDetails }) {
  const others = bookedTogether.filter((one) => one.code !== code).map((one) => one.code);
  const lines = [
    parent === null ? undefined : texts.portfolio.splitFrom(parent.code),
    others.length === 0 ? undefined : texts.portfolio.bookedWith(others.join(", ")),
    verdict === null ? undefined : texts.portfolio.proofBy(verdict.solver, verdict.solverVersion, verdict.rightsVersion, verdict.modelHash.slice(0, 10)),
  ].filter((line) => line !== undefined);
  return <>{lines.map((line) => <p key={line} className={css.note}>{line}</p>)}</>;
}
