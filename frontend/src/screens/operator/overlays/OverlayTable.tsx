/** Overlays by time, each a bar among the months, with a row for what it says. */
import { useMemo } from "react";
import type { GasDay } from "../../../format/days";
import { addMonths, fullDays, monthOf } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { exactPercent } from "../../../format/percent";
import { useSize } from "../../../layout/useSize";
import { Button } from "../../../parts/button/Button";
import { Months } from "../../../parts/time_axis/Months";
import type { TimeScale } from "../../../parts/time_axis/scale";
import { timeScale } from "../../../parts/time_axis/scale";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { faultsBeside, useCommand } from "../common/useCommand";
import screen from "../Operator.module.css";
import { barOf, byTime } from "./bars";
import css from "./Overlays.module.css";
import type { SetOverlay } from "./queries";
import { WithdrawOverlayDocument } from "./queries";

interface Props {
  readonly overlays: readonly SetOverlay[];
  readonly today: GasDay;
  readonly chosen: string | undefined;
  readonly onChoose: (edge: string) => void;
}

const MONTHS_SHOWN = 12;
const HEAD_HEIGHT = 22;

export function OverlayTable({ overlays, today, chosen, onChoose }: Props) {
  const [frame, { width }] = useSize<HTMLDivElement>();
  const withdraw = useCommand(WithdrawOverlayDocument, ({ withdrawOverlay }) => withdrawOverlay);
  const axis = useMemo(() => ({ start: monthOf(today), end: addMonths(monthOf(today), MONTHS_SHOWN) }), [today]);
  const scale = timeScale(axis, 0, Math.max(width, 1));
  return (
    <>
      {faultsBeside(withdraw.refusal, []).map((fault) => <p key={fault} className={css.fault} role="alert">{fault}</p>)}
      <table className={`${screen.table ?? ""} ${css.overlays ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{operatorTexts.overlays.edge}</th>
            <th scope="col">{operatorTexts.overlays.kind}</th>
            <th scope="col" className={screen.number}>{operatorTexts.overlays.left}</th>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col">{operatorTexts.overlays.reason}</th>
            <th scope="col" className={css.time}>
              <div ref={frame}>
                <span className="hidden">{operatorTexts.overlays.overTime}</span>
                <svg width={width} height={HEAD_HEIGHT} aria-hidden="true"><Months scale={scale} height={HEAD_HEIGHT} /></svg>
              </div>
            </th>
            <th scope="col"><span className="hidden">{operatorTexts.overlays.withdraw}</span></th>
          </tr>
        </thead>
        <tbody>
          {byTime(overlays, today).map((overlay) => (
            <tr key={overlay.id} aria-current={overlay.edge.code === chosen ? "true" : undefined} data-past={overlay.period.end <= today ? "" : undefined}>
              <th scope="row"><button type="button" onClick={() => { onChoose(overlay.edge.code); }}>{labelOf(overlay.edge)}</button></th>
              <td>{operatorTexts.overlays.kinds[overlay.kind]}</td>
              <td className={screen.number}>{overlay.factor === 0 ? operatorTexts.overlays.closed : exactPercent(overlay.factor)}</td>
              <td>{fullDays(overlay.period)}</td>
              <td className={screen.wraps}>{overlay.reason}</td>
              <td className={css.time}><Bar overlay={overlay} scale={scale} /></td>
              <td>
                <Button
                  disabled={withdraw.isSending}
                  aria-label={operatorTexts.overlays.withdrawOf(labelOf(overlay.edge), fullDays(overlay.period))}
                  onClick={() => { void withdraw.send({ input: { overlayId: overlay.id } }); }}
                >
                  {operatorTexts.overlays.withdraw}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Bar({ overlay, scale }: { readonly overlay: SetOverlay; readonly scale: TimeScale }) {
  const bar = barOf(overlay.period, scale);
  return (
    <div className={css.track}>
      {bar === undefined ? null : (
        <i
          className={css.bar}
          data-closed={overlay.factor === 0 ? "" : undefined}
          data-more={overlay.factor > 1 ? "" : undefined}
          style={bar}
        />
      )}
    </div>
  );
}
