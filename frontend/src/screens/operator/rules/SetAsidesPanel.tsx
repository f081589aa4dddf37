/** Firm capacity that is kept back from sale: what is, and until when. */
import { useQuery } from "urql";
import { unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { instant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { Empty } from "../common/Empty";
import { faultsBeside, useCommand } from "../common/useCommand";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { routeName } from "../shown";
import type { SetAside } from "./queries";
import { EndSetAsideDocument, SetAsidesDocument } from "./queries";
import { SetAsideForm } from "./SetAsideForm";

export function SetAsidesPanel({ network, today }: Shown) {
  const [{ data, error }, ask] = useQuery({ query: SetAsidesDocument, variables: { network: network.code } });
  return (
    <>
      <PanelHead title={operatorTexts.setAsides.title} note={operatorTexts.setAsides.note} />
      <Answered data={data?.setAsides} error={error} rows={4} onAsk={ask}>
        {({ edges, pageInfo }) => (edges.length === 0 ? (
          <Empty title={operatorTexts.setAsides.none} why={operatorTexts.setAsides.noneWhy} />
        ) : <SetAsideTable rows={edges.map(({ node }) => node)} unit={unitName(network.unit)} isCut={pageInfo.hasNextPage} />)}
      </Answered>
      <SetAsideForm network={network} today={today} />
    </>
  );
}

function SetAsideTable({ rows, unit, isCut }: { readonly rows: readonly SetAside[]; readonly unit: string; readonly isCut: boolean }) {
  const end = useCommand(EndSetAsideDocument, ({ endSetAside }) => endSetAside);
  return (
    <>
      {faultsBeside(end.refusal, []).map((fault) => <p key={fault} className={screen.text} role="alert">{fault}</p>)}
      <table className={screen.table}>
        <thead>
          <tr>
            <th scope="col">{texts.portfolio.route}</th>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col" className={screen.number}>{unit}</th>
            <th scope="col">{operatorTexts.overlays.reason}</th>
            <th scope="col">{operatorTexts.setAsides.until}</th>
            <th scope="col"><span className="hidden">{operatorTexts.setAsides.end}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-past={row.held.length === 0 ? "" : undefined}>
              <th scope="row">{routeName(row.route)}</th>
              <td>{fullDays(row.period)}</td>
              <td className={screen.number}>{whole(row.quantity)}</td>
              <td className={screen.wraps}>{row.reason}</td>
              <td>{row.until === null ? operatorTexts.setAsides.noEnd : instant(row.until)}</td>
              <td>
                {row.held.length === 0 ? operatorTexts.setAsides.ended : (
                  <Button
                    disabled={end.isSending}
                    aria-label={operatorTexts.setAsides.endOf(routeName(row.route), fullDays(row.period))}
                    onClick={() => { void end.send({ input: { setAsideId: row.id } }); }}
                  >
                    {operatorTexts.setAsides.end}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isCut ? <p className={screen.text}>{operatorTexts.setAsides.newest(rows.length)}</p> : null}
    </>
  );
}
