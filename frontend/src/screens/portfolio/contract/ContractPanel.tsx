import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import type { CommercialUnit } from "../../../format/amounts";
import { money, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Fault } from "../../../parts/notice/Fault";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import type { ContractDetails, OwnContract } from "../queries";
import { ContractDocument } from "../queries";
import { routeName } from "../routeName";
import css from "./ContractPanel.module.css";

interface Props {
  readonly contract: OwnContract;
  readonly network: string;
  readonly unit: CommercialUnit;
}

export function ContractPanel({ contract, network, unit }: Props) {
  const [{ data, error }, ask] = useQuery({ query: ContractDocument, variables: { id: contract.id } });
  const [route] = contract.routes;
  return (
    <div className={css.panel}>
      <PanelHead title={contract.code} />
      <p className={css.lead}>
        {contract.routes.map(({ route: one, quantity }) => `${routeName(one)}, ${whole(quantity)} ${unitName(unit)}`).join("; ")}
        <br />
        {fullDays(contract.period)}, {texts.firmness[contract.firmness]}
      </p>
      {data === undefined ? error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} /> : (
        <>
          <Proved details={data} />
          <Free details={data} unit={unit} />
          <Owed details={data} />
          <Lineage details={data} unit={unit} code={contract.code} />
        </>
      )}
      {route === undefined ? null : (
        <p className={css.actions}>
          <Link to="/networks/$network/contracts/$contract/proof" params={{ network, contract: contract.id }}>{texts.proof.link}</Link>{" "}
          <Link
            to="/networks/$network"
            params={{ network }}
            search={{ receipt: route.route.receipt?.code, delivery: route.route.delivery?.code }}
          >
            {texts.portfolio.onMap}
          </Link>
        </p>
      )}
    </div>
  );
}

function Proved({ details: { contract: { proof } } }: { readonly details: ContractDetails }) {
  if (proof === null) return null;
  return (
    <p className={css.lead}>
      <Tag tone={proof.outcome === "FEASIBLE" ? "yes" : "warn"}>{texts.outcomes[proof.outcome]}</Tag>{" "}
      {texts.levels[proof.level]}{proof.isDerived ? texts.portfolio.derived : ""}
    </p>
  );
}

function Free({ details: { contract: { free } }, unit }: { readonly details: ContractDetails; readonly unit: CommercialUnit }) {
  return (
    <table className={css.table}>
      <caption>{texts.portfolio.free(unitName(unit))}</caption>
      <thead>
        <tr>
          {texts.portfolio.freeColumns.map((column, place) => <th key={column} scope="col" className={place === 0 ? undefined : css.number}>{column}</th>)}
        </tr>
      </thead>
      <tbody>
        {free.map((row) => (
          <tr key={row.period.start}>
            <th scope="row">{fullDays(row.period)}</th>
            <td className={css.number}>{whole(row.quantity)}</td>
            <td className={css.number}>{whole(row.passedOn)}</td>
            <td className={css.number}>{whole(row.held)}</td>
            <td className={css.number}><b>{whole(row.free)}</b></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Owed({ details: { contract: { cost, exposure } } }: { readonly details: ContractDetails }) {
  return (
    <>
      {exposure === null ? null : (
        <dl className={css.owed}>
          <dt>{texts.portfolio.owes}</dt>
          <dd>{money(exposure.owes)}</dd>
          <dt>{texts.portfolio.isOwed}</dt>
          <dd>{money(exposure.isOwed)}</dd>
          <dt>{texts.portfolio.net}</dt>
          <dd><b>{money(exposure.net)}</b></dd>
        </dl>
      )}
      {cost === null ? null : (
        <details className={css.working}>
          <summary>{texts.portfolio.cost(money(cost.amount))}</summary>
          <ol>{cost.working.map((line, place) => <li key={place}>{line}</li>)}</ol>
        </details>
      )}
    </>
  );
}

function Lineage({ details: { lineage }, unit, code }: { readonly details: ContractDetails; readonly unit: CommercialUnit; readonly code: string }) {
  if (lineage.length < 2) return null;
  return (
    <table className={css.table}>
      <caption>{texts.portfolio.lineage}</caption>
      <tbody>
        {lineage.map((member) => (
          <tr key={member.code} aria-current={member.code === code ? "true" : undefined}>
            <th scope="row">{texts.causes[member.cause]}</th>
            <td>{member.holder.name}</td>
            <td>{fullDays(member.period)}</td>
            <td className={css.number}>{whole(member.quantity)} <small>{unitName(unit)}</small></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
