/** Prices: every version of every tariff, which are in force, another one, and the values of indices that prices follow. */
import { useQuery } from "urql";
import type { GasDay } from "../../../format/days";
import { fullDay } from "../../../format/days";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { Empty } from "../common/Empty";
import screen from "../Operator.module.css";
import { inForce } from "../rules/inForce";
import type { Shown } from "../shown";
import { routeName } from "../shown";
import { IndexPanel } from "./IndexPanel";
import { indicesOf, priceInWords } from "./priceInWords";
import type { Tariff } from "./queries";
import { TariffsDocument } from "./queries";
import { TariffForm } from "./TariffForm";
import css from "./Tariffs.module.css";

export function TariffsPart(shown: Shown) {
  const { network, today } = shown;
  const [{ data, error }, ask] = useQuery({ query: TariffsDocument, variables: { network: network.code } });
  const tariffs = data?.tariffs;
  const indices = [...new Set((tariffs ?? []).flatMap(({ price }) => indicesOf(price)))];
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} tabIndex={0} aria-label={operatorTexts.tariffs.title}>
        <PanelHead title={operatorTexts.tariffs.title} note={operatorTexts.tariffs.note(network.currency)} />
        <Answered data={tariffs} error={error} rows={8} onAsk={ask}>
          {(found) => (found.length === 0 ? (
            <Empty title={operatorTexts.tariffs.none} why={operatorTexts.tariffs.noneWhy} />
          ) : <TariffTable tariffs={found} today={today} />)}
        </Answered>
      </section>
      <section className={`${screen.panel ?? ""} ${css.form ?? ""}`} aria-label={operatorTexts.tariffs.set}>
        <PanelHead title={operatorTexts.tariffs.set} />
        <TariffForm {...shown} indices={indices} />
      </section>
      <section className={screen.panel} aria-label={operatorTexts.indices.title}>
        <IndexPanel {...shown} indices={indices} />
      </section>
    </div>
  );
}

const about = ({ kind, firmness, runtime, receipt, delivery }: Tariff): string =>
  [kind, firmness, runtime, receipt?.code, delivery?.code].join(" ");

function TariffTable({ tariffs, today }: { readonly tariffs: readonly Tariff[]; readonly today: GasDay }) {
  const held = inForce(tariffs, today, about);
  const isPast = (tariff: Tariff): boolean => !held.has(tariff) && tariff.validFrom <= today;
  const ordered = [...tariffs.filter((one) => !isPast(one)), ...tariffs.filter(isPast)];
  return (
    <table className={screen.table}>
      <thead>
        <tr>
          <th scope="col">{operatorTexts.products.routeKinds}</th>
          <th scope="col">{operatorTexts.interruptible.where}</th>
          <th scope="col">{texts.request.firmness}</th>
          <th scope="col">{operatorTexts.tariffs.runtime}</th>
          <th scope="col">{operatorTexts.tariffs.price}</th>
          <th scope="col">{operatorTexts.validFrom}</th>
          <th scope="col"><span className="hidden">{operatorTexts.inForce}</span></th>
        </tr>
      </thead>
      <tbody>
        {ordered.map((tariff) => (
          <tr key={tariff.id} data-past={isPast(tariff) ? "" : undefined}>
            <td>{operatorTexts.routeKinds[tariff.kind]}</td>
            <td>{tariff.receipt === null && tariff.delivery === null ? operatorTexts.everywhere : routeName(tariff)}</td>
            <td>{texts.firmness[tariff.firmness]}</td>
            <td>{tariff.runtime === null ? operatorTexts.tariffs.everyRuntime : operatorTexts.runtimes[tariff.runtime]}</td>
            <td className={screen.wraps}>{priceInWords(tariff.price)}</td>
            <td>{fullDay(tariff.validFrom)}</td>
            <td>{held.has(tariff) ? <Tag tone="yes">{operatorTexts.inForce}</Tag> : null}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
