import { money } from "../../../format/amounts";
import { settlementTexts } from "../../../texts/settlement";
import type { Line } from "../queries";
import { stepOf } from "./steps";
import css from "./ChargePanel.module.css";

interface Props {
  readonly steps: readonly string[];
  readonly amount: Line["amount"];
}

/** How the amount came about, step by step as it was posted; the last figure is what is owed. */
export function Working({ steps, amount }: Props) {
  return (
    <table className={css.working}>
      <caption>{settlementTexts.working}</caption>
      <tbody>
        {steps.map((step, place) => {
          const { expression, result } = stepOf(step);
          return (
            <tr key={place}>
              <th scope="row">{place + 1}</th>
              <td colSpan={result === undefined ? 2 : 1}>{expression}</td>
              {result === undefined ? null : <td className={css.number}>{result}</td>}
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <td />
          <th scope="row">{settlementTexts.amount}</th>
          <td className={css.number}>{money(amount)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
