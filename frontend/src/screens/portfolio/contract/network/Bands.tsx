/** What may pass between the points of a contract, band by band, with the factors of its price. */
import { exact, unitName } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { texts } from "../../../../texts/en";
import type { ContractDetails, ContractGraph } from "../../queries";
import { PriceFactors } from "../price/PriceFactors";
import css from "./ContractNetwork.module.css";

interface Props {
  readonly contract: ContractDetails;
  readonly nameOf: (code: string) => string;
}

export function Bands({ contract, nameOf }: Props) {
  const { edges, integrals } = contract.subNetwork;
  const unit = unitName(contract.unit);
  return (
    <dl className={css.bands}>
      {edges.flatMap((edge) =>
        edge.bands.map((band, place) => (
          <div key={`${edge.code} ${String(place)}`}>
            <dt>
              {texts.route.name(nameOf(edge.tail.code), nameOf(edge.head.code))}
              <small>{texts.portfolio.edge(texts.portfolio.roles[edge.role], edges.length > 1 ? edge.rank : undefined)}</small>
            </dt>
            <dd>
              <b>{texts.portfolio.band(place + 1, exact(band.low), exact(band.high), unit)}</b>
              <Agreed band={band} />
              <PriceFactors price={band.price} currency={contract.currency} unit={unit} days={contract.period} />
            </dd>
          </div>
        )),
      )}
      {integrals.map(({ kind, period, minimum, maximum, used }) => (
        <div key={`${kind} ${period.start}`}>
          <dt>{texts.portfolio.integrals[kind]}<small>{fullDays(period)}</small></dt>
          <dd>{texts.portfolio.integral(exact(minimum), maximum === null ? undefined : exact(maximum), exact(used))}</dd>
        </div>
      ))}
    </dl>
  );
}

function Agreed({ band: { pressureBar, calorificValueKwhPerNm3 } }: { readonly band: ContractGraph["edges"][number]["bands"][number] }) {
  const lines = [
    pressureBar === null ? undefined : texts.portfolio.pressure(exact(pressureBar.low), exact(pressureBar.high)),
    calorificValueKwhPerNm3 === null ? undefined : texts.portfolio.calorificValue(exact(calorificValueKwhPerNm3.low), exact(calorificValueKwhPerNm3.high)),
  ].filter((line) => line !== undefined);
  return lines.length === 0 ? null : <p>{lines.join(", ")}</p>;
}
