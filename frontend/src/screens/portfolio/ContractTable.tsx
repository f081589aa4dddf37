import type { CommercialUnit } from "../../format/amounts";
import { money, unitName, whole } from "../../format/amounts";
import { fullDays } from "../../format/days";
import { texts } from "../../texts/en";
import css from "./PortfolioScreen.module.css";
import type { OwnContract } from "./queries";
import { bandColours } from "./rights/bands";
import { routeName } from "./routeName";

interface Props {
  readonly contracts: readonly OwnContract[];
  readonly chosen: string;
  readonly unit: CommercialUnit;
  readonly onChoose: (code: string) => void;
}

export function ContractTable({ contracts, chosen, unit, onChoose }: Props) {
  const colours = bandColours(contracts, chosen);
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{texts.portfolio.contract}</th>
          <th scope="col">{texts.portfolio.route}</th>
          <th scope="col">{texts.portfolio.days}</th>
          <th scope="col" className={css.number}>{texts.portfolio.made(unitName(unit))}</th>
          <th scope="col">{texts.portfolio.from}</th>
          <th scope="col">{texts.request.firmness}</th>
          <th scope="col" className={css.number}>{texts.portfolio.net}</th>
        </tr>
      </thead>
      <tbody>
        {contracts.map((contract) => (
          <tr key={contract.id} aria-current={contract.code === chosen ? "true" : undefined}>
            <td>
              <button type="button" onClick={() => { onChoose(contract.code); }}>
                <i className={css.swatch} style={{ background: colours.get(contract.code) }} />
                {contract.code}
              </button>
            </td>
            <td>{contract.routes.map(({ route }) => routeName(route)).join(", ")}</td>
            <td className={css.muted}>{fullDays(contract.period)}</td>
            <td className={css.number}><b>{whole(contract.quantity)}</b></td>
            <td className={css.muted}>{texts.causes[contract.cause]}</td>
            <td className={css.muted}>{texts.firmness[contract.firmness]}</td>
            <td className={css.number}>{contract.exposure === null ? texts.portfolio.nothing : money(contract.exposure.net)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
