/** A charge in full: who owes whom, its arithmetic, what else was charged for its contract, and its proof. */
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import type { CommercialUnit } from "../../../format/amounts";
import { exact, money, unitName, whole } from "../../../format/amounts";
import { fullDays, monthAndYear } from "../../../format/days";
import { fullInstant } from "../../../format/instants";
import { labelOf } from "../../../format/names";
import { readLineRef, writeLineRef } from "../../../format/places";
import { Button } from "../../../parts/button/Button";
import { Key } from "../../../parts/key/Key";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { settlementTexts } from "../../../texts/settlement";
import { causeOf } from "../causes";
import type { ChargeRow } from "../charges";
import { rowsOf } from "../charges";
import type { NameOf } from "../parties";
import { ProofPanel } from "../proof/ProofPanel";
import type { ContractMonth, Entry, Line } from "../queries";
import { ContractMonthDocument, EntryDocument } from "../queries";
import css from "./ChargePanel.module.css";
import { Credits } from "./Credits";
import { MonthOfContract } from "./MonthOfContract";
import { Working } from "./Working";

interface Props {
  /** Such as "73.0". */
  readonly charge: string;
  /** The code of the party whose accounts are shown. */
  readonly party: string | undefined;
  readonly nameOf: NameOf;
  readonly isProofShown: boolean;
  readonly onProof: (isShown: boolean) => void;
  readonly onChoose: (charge: string) => void;
  readonly onContract: (contract: string) => void;
}

const AGAIN = { requestPolicy: "network-only" } as const;

export function ChargePanel(props: Props) {
  const ref = readLineRef(props.charge);
  const [{ data, error }, ask] = useQuery({ query: EntryDocument, variables: { sequence: ref?.sequence ?? 0 } });
  if (data === undefined) {
    return error === undefined ? <Skeleton rows={12} /> : <Fault error={error} onRetry={() => { ask(AGAIN); }} />;
  }
  const [entry] = data.ledgerEntries.events;
  const row = entry === undefined ? undefined : rowOf(entry, props);
  if (row === undefined) return <Notice title={settlementTexts.noCharge}>{settlementTexts.noChargeWhy}</Notice>;
  return <Charge {...props} entry={row.entry} side={row.side} />;
}

/** The side of the party whose accounts are shown, or whichever side one may see. */
const rowOf = (entry: Entry, { charge, party }: Pick<Props, "charge" | "party">): ChargeRow | undefined =>
  [...rowsOf([entry], { party }), ...rowsOf([entry], {})].find(({ key }) => key === charge);

function Charge({ entry, side, ...props }: Props & { readonly entry: Entry; readonly side: Line }) {
  const [{ data, error }, ask] = useQuery({ query: ContractMonthDocument, variables: { contract: side.contractId, gasMonth: side.gasMonth } });
  const { nameOf, onChoose } = props;
  const contract = data?.node?.__typename === "Contract" ? data.node : undefined;
  return (
    <div className={css.panel}>
      <PanelHead
        title={settlementTexts.chargeOf(entry.sequence, side.line)}
        note={`${settlementTexts.codes[side.code]}, ${monthAndYear(side.gasMonth)}`}
      >
        <Key>J</Key><Key>K</Key>
      </PanelHead>
      <Facts side={side} unit={contract?.unit} contract={contract} nameOf={nameOf} />
      <Working steps={side.working} amount={side.amount} />
      <Reversed side={side} onChoose={onChoose} />
      <Sides entry={entry} line={side.line} nameOf={nameOf} />
      {data === undefined ? error === undefined ? <Skeleton rows={4} /> : <Fault error={error} onRetry={() => { ask(AGAIN); }} /> : (
        <MonthOfContract
          month={side.gasMonth}
          rows={rowsOf(data.ledgerEntries.events, { contract: side.contractId, month: side.gasMonth, party: side.partyCode })}
          hasMore={data.ledgerEntries.hasMore}
          balances={data.balances}
          chosen={props.charge}
          onChoose={onChoose}
        />
      )}
      <Credits contract={side.contractId} month={side.gasMonth} />
      <ProofPanel entry={entry} side={side} isShown={props.isProofShown} onShow={props.onProof} />
      <footer className={css.actions}>
        <Button onClick={() => { props.onContract(side.contractId); }}>{settlementTexts.allOfContract}</Button>
        {contract === undefined ? null : (
          <Link to="/networks/$network/portfolio" params={{ network: contract.network.code }} search={{ contract: contract.code }}>{settlementTexts.toContract}</Link>
        )}
        <span className={css.posted}>{settlementTexts.postedBecause(causeOf(entry.cause), fullInstant(entry.postedAt))}</span>
      </footer>
    </div>
  );
}

type Contract = Extract<ContractMonth["node"], { readonly __typename: "Contract" }>;

interface FactsProps {
  readonly side: Line;
  readonly unit: CommercialUnit | undefined;
  readonly contract: Contract | undefined;
  readonly nameOf: NameOf;
}

/** Quantities are in the unit of the contract's network, which is known to those who may see the contract. */
function Facts({ side, unit, contract, nameOf }: FactsProps) {
  const [first] = contract?.routes ?? [];
  const ends = [first?.route.receipt, first?.route.delivery].map((end) => (end === null || end === undefined ? undefined : labelOf(end)));
  return (
    <>
      <p className={css.lead}>
        {side.contractCode}
        {first === undefined || contract === undefined ? "" : `, ${texts.route.name(ends[0], ends[1])}, ${labelOf(contract.network)}`}
        <br />
        {settlementTexts.account(nameOf(side.partyCode), nameOf(side.counterpartyCode))}
      </p>
      <dl className={css.facts}>
        <dt>{settlementTexts.quantity}</dt>
        <dd>{whole(side.quantity)} {unit === undefined ? settlementTexts.commercialUnits : unitName(unit)}</dd>
        <dt>{settlementTexts.gasDays}</dt>
        <dd>{fullDays(side.period)}</dd>
        <dt>{settlementTexts.ratePer(side.amount.currency, unit === undefined ? settlementTexts.commercialUnit : unitName(unit))}</dt>
        <dd>{exact(side.rate)}</dd>
      </dl>
    </>
  );
}

function Reversed({ side: { reverses }, onChoose }: { readonly side: Line; readonly onChoose: (charge: string) => void }) {
  if (reverses === null) return null;
  return (
    <p className={css.lead}>
      {settlementTexts.takesBack}{" "}
      <button type="button" className={css.link} onClick={() => { onChoose(writeLineRef(reverses)); }}>
        {settlementTexts.chargeOf(reverses.sequence, reverses.line)}
      </button>
    </p>
  );
}

function Sides({ entry, line, nameOf }: { readonly entry: Entry; readonly line: number; readonly nameOf: NameOf }) {
  const sides = entry.lines.filter((one) => one.line === line);
  if (sides.length < 2) return null;
  return (
    <table className={css.table}>
      <caption>{settlementTexts.bothSides}</caption>
      <tbody>
        {sides.map((side) => (
          <tr key={side.partyCode}>
            <th scope="row">{nameOf(side.partyCode)}</th>
            <td>{settlementTexts.towards(nameOf(side.counterpartyCode))}</td>
            <td className={css.number}>{money(side.amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
