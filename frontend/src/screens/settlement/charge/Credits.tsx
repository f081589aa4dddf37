import { useQuery } from "urql";
import { money } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { fullInstant } from "../../../format/instants";
import { settlementTexts } from "../../../texts/settlement";
import type { ReleaseCredit } from "../queries";
import { ReleaseCreditsDocument } from "../queries";
import css from "./ChargePanel.module.css";

interface Props {
  readonly contract: string;
  readonly month: GasDay;
}

/**
 * Release credits of the gas month: for the contract, or for those released from it. They are for the releasing
 * shipper, the operator and those who oversee the market; to others there are none, which the API answers as not found.
 */
export function Credits({ contract, month }: Props) {
  const [{ data }] = useQuery({ query: ReleaseCreditsDocument, variables: { contract } });
  const credits = data?.releaseCredits.filter(({ gasMonth }) => gasMonth === month) ?? [];
  return credits.map((credit) => <Credit key={credit.contractCode} credit={credit} />);
}

function Credit({ credit: { contractCode, releasing, demand, credited, takenBack, debtors, changes } }: { readonly credit: ReleaseCredit }) {
  return (
    <table className={css.table}>
      <caption>{settlementTexts.credit.title(contractCode, releasing.name)}</caption>
      <tbody>
        <tr><th scope="row">{settlementTexts.credit.demand}</th><td className={css.number}>{money(demand)}</td></tr>
        <tr><th scope="row">{settlementTexts.credit.takenBack}</th><td className={css.number}>{money(takenBack)}</td></tr>
        <tr><th scope="row"><b>{settlementTexts.credit.credited}</b></th><td className={css.number}><b>{money(credited)}</b></td></tr>
        {debtors.map(({ party, owed, takenBack: missed }) => (
          <tr key={party.id}>
            <th scope="row">{settlementTexts.credit.owes(party.name)}</th>
            <td className={css.number}>{owed === null ? settlementTexts.credit.assigned : money(owed)}{", "}{settlementTexts.credit.missed(money(missed))}</td>
          </tr>
        ))}
        {changes.map(({ kind, amount, entry, recordedAt, debtor }) => (
          <tr key={`${kind} ${recordedAt} ${String(entry)}`}>
            <th scope="row">{settlementTexts.credit.kinds[kind]}, {debtor.name}, {fullInstant(recordedAt)}</th>
            <td className={css.number}>{money(amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
