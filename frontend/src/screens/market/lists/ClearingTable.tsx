import type { ReactNode } from "react";
import { price, priceUnit } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Tag } from "../../../parts/tag/Tag";
import { clearingTexts } from "../../../texts/clearing";
import { marketTexts } from "../../../texts/market";
import { Closes } from "../Closes";
import type { Clearing } from "../queries";
import type { Shown } from "../shown";
import css from "./Lists.module.css";
import { RowLink } from "./RowLink";
import { Table } from "./Table";

interface Props {
  /** Those that are open come first. */
  readonly clearings: readonly Clearing[];
  readonly shown: Shown;
}

export function ClearingTable({ clearings, shown }: Props) {
  const { network } = shown;
  const open = clearings.filter(({ state }) => state === "OPEN");
  const over = clearings.filter(({ state }) => state !== "OPEN");
  const columns = [
    { name: clearingTexts.days },
    { name: clearingTexts.bidsUntil },
    { name: `${clearingTexts.reserve}, ${priceUnit(network.currency, network.unit)}`, isNumber: true },
    { name: marketTexts.call.closesIn, isNumber: true },
  ];
  return (
    <Table title={marketTexts.lists.clearings} count={open.length} rows={clearings.length} columns={columns} empty={marketTexts.empty.clearings}>
      <tbody>
        {open.map((clearing) => (
          <Row key={clearing.id} clearing={clearing} shown={shown}>
            {clearing.parked === null
              ? <Closes at={clearing.closesAt} clock={network.clock} />
              : <span title={clearing.parked.reason}><Tag tone="warn">{clearingTexts.parkedShort}</Tag></span>}
          </Row>
        ))}
      </tbody>
      {over.length === 0 ? null : (
        <tbody>
          <tr className={css.group}><th colSpan={4} scope="rowgroup">{clearingTexts.over}</th></tr>
          {over.map((clearing) => (
            <Row key={clearing.id} clearing={clearing} shown={shown}>
              <span title={clearing.outcome}><Tag tone={clearing.state === "AWARDED" ? "yes" : "plain"}>{clearingTexts.statesShort[clearing.state]}</Tag></span>
            </Row>
          ))}
        </tbody>
      )}
    </Table>
  );
}

function Row({ clearing, shown, children }: { readonly clearing: Clearing; readonly shown: Shown; readonly children: ReactNode }) {
  const { address, network } = shown;
  const isChosen = clearing.id === address.clearing;
  return (
    <tr data-chosen={isChosen ? "" : undefined}>
      <td><RowLink chosen={{ clearing: clearing.id }} isChosen={isChosen} shown={shown}>{fullDays(clearing.period)}</RowLink></td>
      <td className={css.muted}>{fullTime(new Date(clearing.closesAt), network.clock)}</td>
      <td className={css.number}>{price(clearing.reservePrice)}</td>
      <td className={css.number}>{children}</td>
    </tr>
  );
}
