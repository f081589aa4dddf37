import type { CommercialUnit, Quantity } from "../../format/amounts";
import { money, unitName, whole } from "../../format/amounts";
import type { GasDay } from "../../format/days";
import { fullDays, holds } from "../../format/days";
import { isLess, smallest } from "../../format/drawing";
import { texts } from "../../texts/en";
import css from "./PortfolioScreen.module.css";
import type { OwnContract } from "./queries";
import { coloursOf, heldContracts } from "./rights/held";
import { routeName } from "./routeName";

interface Props {
  readonly contracts: readonly OwnContract[];
  readonly chosen: string;
  readonly unit: CommercialUnit;
  readonly today: GasDay;
  readonly onChoose: (code: string) => void;
}

export function ContractTable({ contracts, chosen, unit, today, onChoose }: Props) {
  const colours = coloursOf(heldContracts(contracts), "contract", chosen);
  return (
    <table className={css.table} data-cards="">
      <thead>
        <tr>
          <th scope="col">{texts.portfolio.contract}</th>
          <th scope="col">{texts.portfolio.route}</th>
          <th scope="col">{texts.portfolio.days}</th>
          <th scope="col" className={css.number}>{texts.portfolio.made(unitName(unit))}</th>
          <th scope="col" className={css.number} title={texts.portfolio.leftWhy}>{texts.portfolio.left}</th>
          <th scope="col">{texts.portfolio.from}</th>
          <th scope="col">{texts.request.firmness}</th>
          <th scope="col" className={css.number}>{texts.portfolio.net}</th>
        </tr>
      </thead>
      <tbody>
        {contracts.map((contract) => {
          const left = leftOn(contract, today);
          const isOver = today >= contract.period.end;
          return (
            <tr key={contract.id} aria-current={contract.code === chosen ? "true" : undefined}>
              <td>
                <button type="button" onClick={() => { onChoose(contract.code); }}>
                  <i className={css.swatch} style={{ background: colours.get(contract.code) }} />
                  {contract.code}
                </button>
              </td>
              <td>{contract.routes.map(({ route }) => routeName(route)).join(", ")}</td>
              <td className={css.muted}>{fullDays(contract.period)}</td>
              <td className={css.number} data-wide="">{whole(contract.quantity)}</td>
              <td
                className={css.number}
                data-less={!isOver && (left === undefined || isLess(left, contract.quantity)) ? "" : undefined}
                data-unit={isOver || left === undefined ? "" : unitName(unit)}
              >
                {isOver ? texts.portfolio.states.ENDED : <b>{left === undefined ? texts.free.none : whole(left)}</b>}
              </td>
              <td className={css.muted} data-wide="">{texts.causes[contract.cause]}</td>
              <td className={css.muted} data-wide="">{texts.firmness[contract.firmness]}</td>
              <td className={css.number} data-wide="">{contract.exposure === null ? texts.portfolio.nothing : money(contract.exposure.net)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What is left of a contract today, or on its first gas day; of several routes the least; undefined for nothing. */
function leftOn({ period, rights }: OwnContract, today: GasDay): Quantity | undefined {
  const day = today < period.start ? period.start : today;
  return smallest(rights.filter((right) => holds(right.period, day)).map(({ quantity }) => quantity));
}
