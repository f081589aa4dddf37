import { price, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { Closes } from "../Closes";
import { routesOf } from "../describe";
import type { Call } from "../queries";
import type { Shown } from "../shown";
import css from "./Lists.module.css";
import { RowLink } from "./RowLink";
import { Table } from "./Table";

interface Props {
  readonly calls: readonly Call[];
  readonly shown: Shown;
}

export function CallTable({ calls, shown }: Props) {
  const { network, address, caller } = shown;
  const columns = [
    { name: marketTexts.call.wants },
    { name: texts.portfolio.route },
    { name: texts.portfolio.days },
    { name: unitName(network.unit), isNumber: true },
    { name: marketTexts.call.limitShort, isNumber: true },
    { name: marketTexts.call.closesIn, isNumber: true },
  ];
  return (
    <Table title={marketTexts.lists.calls} count={calls.length} columns={columns} empty={marketTexts.empty.calls}>
      <tbody>
        {calls.map((call) => (
          <tr key={call.id} data-chosen={call.id === address.call ? "" : undefined}>
            <td>
              {marketTexts.call.sidesShort[call.side]} {call.initiator?.id === caller.party ? <Tag tone="yes">{marketTexts.yours}</Tag> : null}
            </td>
            <td><RowLink chosen={{ call: call.id }} isChosen={call.id === address.call} shown={shown}>{routesOf(call.capacity.routes)}</RowLink></td>
            <td className={css.muted}>{fullDays(call.capacity.period)}</td>
            <td className={css.number}>{whole(call.remaining)}</td>
            <td className={css.number}><b>{price(call.limitPrice)}</b></td>
            <td className={css.number}><Closes at={call.closesAt} clock={network.clock} /></td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
