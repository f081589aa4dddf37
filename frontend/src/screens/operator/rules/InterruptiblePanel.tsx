/** How much interruptible capacity is on sale: every statement, and which are in force. */
import { useQuery } from "urql";
import { exact, unitName, whole } from "../../../format/amounts";
import { fullDay } from "../../../format/days";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { Empty } from "../common/Empty";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";
import type { Shown } from "../shown";
import { routeName } from "../shown";
import { inForce } from "./inForce";
import { InterruptibleForm } from "./InterruptibleForm";
import type { InterruptibleQuantity } from "./queries";
import { InterruptibleDocument } from "./queries";

export function InterruptiblePanel({ network, today }: Shown) {
  const [{ data, error }, ask] = useQuery({ query: InterruptibleDocument, variables: { network: network.code } });
  return (
    <>
      <PanelHead title={operatorTexts.interruptible.title} note={operatorTexts.interruptible.note} />
      <Answered data={data?.interruptibleQuantities} error={error} rows={4} onAsk={ask}>
        {(statements) => (statements.length === 0 ? (
          <Empty title={operatorTexts.interruptible.none} why={operatorTexts.interruptible.noneWhy} />
        ) : <Statements {...{ statements, network, today }} />)}
      </Answered>
      <InterruptibleForm network={network} today={today} />
    </>
  );
}

function Statements({ statements, network, today }: Pick<Shown, "network" | "today"> & { readonly statements: readonly InterruptibleQuantity[] }) {
  const held = inForce(statements, today, (one) => `${one.kind} ${one.receipt?.code ?? ""} ${one.delivery?.code ?? ""}`);
  return (
    <table className={screen.table}>
      <thead>
        <tr>
          <th scope="col">{operatorTexts.products.routeKinds}</th>
          <th scope="col">{operatorTexts.interruptible.where}</th>
          <th scope="col" className={screen.number}>{operatorTexts.interruptible.onSale}</th>
          <th scope="col">{operatorTexts.validFrom}</th>
          <th scope="col"><span className="hidden">{operatorTexts.inForce}</span></th>
        </tr>
      </thead>
      <tbody>
        {statements.map((one, place) => (
          <tr key={place} data-past={held.has(one) || one.validFrom > today ? undefined : ""}>
            <td>{operatorTexts.routeKinds[one.kind]}</td>
            <td>{one.receipt === null && one.delivery === null ? operatorTexts.everywhere : routeName(one)}</td>
            <td className={screen.number}>{amountOf(one, network)}</td>
            <td>{fullDay(one.validFrom)}</td>
            <td>{held.has(one) ? <Tag tone="yes">{operatorTexts.inForce}</Tag> : null}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function amountOf({ quantity, share }: InterruptibleQuantity, { unit }: OperatedNetwork): string {
  if (quantity !== null) return `${whole(quantity)} ${unitName(unit)}`;
  return share === null ? operatorTexts.interruptible.ended : operatorTexts.interruptible.share(exact(share));
}
