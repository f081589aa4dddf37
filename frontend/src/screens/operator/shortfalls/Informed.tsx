/** Which holders have been informed of a shortfall that lasts. */
import { unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { instant } from "../../../format/instants";
import type { ShortfallNotice } from "../../../live/useShortfallNotices";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Empty } from "../common/Empty";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";

interface Props {
  readonly network: OperatedNetwork;
  readonly notices: readonly ShortfallNotice[];
}

export function Informed({ network, notices }: Props) {
  return (
    <>
      <PanelHead title={operatorTexts.shortfalls.informed} />
      {notices.length === 0 ? (
        <Empty title={operatorTexts.shortfalls.noneInformed} why={operatorTexts.shortfalls.noneInformedWhy} />
      ) : notices.map((notice) => (
        <article key={notice.holder.id}>
          <h3 className={screen.heading}>{operatorTexts.shortfalls.toldAt(notice.holder.name, instant(notice.recordedAt))}</h3>
          <table className={screen.table}>
            <thead>
              <tr>
                <th scope="col">{texts.portfolio.contract}</th>
                <th scope="col">{texts.portfolio.days}</th>
                <th scope="col" className={screen.number}>{operatorTexts.shortfalls.touched(unitName(network.unit))}</th>
              </tr>
            </thead>
            <tbody>
              {notice.lines.map((line) => (
                <tr key={`${line.contract?.code ?? ""} ${line.cut} ${line.period.start}`}>
                  <th scope="row">{line.contract?.code}</th>
                  <td>{fullDays(line.period)}</td>
                  <td className={screen.number}>{whole(line.units)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </article>
      ))}
    </>
  );
}
