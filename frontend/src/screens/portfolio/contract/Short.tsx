/** Where more is sold firm than can be transported, as far as it touches one contract: asked for by itself, since it is proved. */
import { useMemo } from "react";
import { useQuery } from "urql";
import type { CommercialUnit } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { fullDays } from "../../../format/days";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import type { OwnShortfalls } from "../queries";
import { OwnShortfallsDocument } from "../queries";
import css from "./ContractPanel.module.css";

interface Props {
  readonly code: string;
  readonly network: string;
  readonly days: Days;
  readonly unit: CommercialUnit;
}

interface ShortLine {
  readonly key: string;
  readonly why: string;
  readonly days: Days;
  readonly units: string;
}

export function Short({ code, network, days: { start, end }, unit }: Props) {
  const variables = useMemo(() => ({ network, period: { start, end } }), [network, start, end]);
  const [{ data, error }] = useQuery({ query: OwnShortfallsDocument, variables });
  if (data === undefined) {
    return <p className={css.note} role="status">{error === undefined ? texts.portfolio.shortChecking : texts.portfolio.shortUnknown(error.message)}</p>;
  }
  const lines = linesOf(data.shortfalls, code);
  const undecided = data.shortfalls.undecided.flatMap(({ periods }) => periods);
  return (
    <>
      {lines.length === 0 ? <p className={css.note}>{texts.portfolio.notShort(fullDays({ start, end }))}</p> : (
        <table className={css.table}>
          <caption><Tag tone="no">{texts.portfolio.short}</Tag> {texts.portfolio.shortWhy(unitName(unit))}</caption>
          <tbody>
            {lines.map(({ key, why, days, units }) => (
              <tr key={key}>
                <th scope="row" className={css.wrapped}>{why}</th>
                <td>{fullDays(days)}</td>
                <td className={css.number}><b>{units}</b></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {undecided.length === 0 ? null : <p className={css.note}>{texts.portfolio.shortUndecided(undecided.map((days) => fullDays(days)).join(", "))}</p>}
    </>
  );
}

function linesOf({ cuts, pressures }: OwnShortfalls, code: string): ShortLine[] {
  const touched = [
    ...cuts.map(({ text, contracts }) => ({ why: text, contracts })),
    ...pressures.map(({ shortage, contracts }) => ({ why: shortage?.text ?? texts.pressure.infeasible, contracts })),
  ];
  return touched.flatMap(({ why, contracts }, place) =>
    contracts.filter((one) => one.code === code).map(({ period, units }) => ({
      key: `${String(place)} ${period.start}`,
      why,
      days: period,
      units: whole(units),
    })),
  );
}
