/** Overlays: what an edge carries for a while instead of its capacity, over time, and another one. */
import { useQuery } from "urql";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { Empty } from "../common/Empty";
import { overlayDays } from "../address";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { EdgeLoad } from "./EdgeLoad";
import { OverlayForm } from "./OverlayForm";
import { OverlayMap } from "./OverlayMap";
import css from "./Overlays.module.css";
import { OverlayTable } from "./OverlayTable";
import { OverlaysDocument } from "./queries";

export function OverlaysPart(shown: Shown) {
  const { network, address, today, onGo } = shown;
  const [{ data, error }, ask] = useQuery({ query: OverlaysDocument, variables: { network: network.code } });
  const days = overlayDays(address, today);
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={css.map} aria-label={texts.map.label}>
        <OverlayMap network={network} chosen={address.edge} day={days.start} onChoose={(edge) => { onGo({ edge }); }} />
      </section>
      <section className={screen.panel} aria-label={operatorTexts.overlays.put}>
        <PanelHead title={operatorTexts.overlays.put} />
        <OverlayForm {...shown} days={days} />
        {address.edge === undefined ? null : <EdgeLoad key={`${address.edge} ${days.start} ${days.end}`} network={network} edge={address.edge} days={days} />}
      </section>
      <section className={`${screen.panel ?? ""} ${css.list ?? ""}`} aria-label={operatorTexts.overlays.title}>
        <PanelHead title={operatorTexts.overlays.title} note={operatorTexts.overlays.note} />
        <Answered data={data?.network.overlays} error={error} rows={6} onAsk={ask}>
          {(overlays) => (overlays.length === 0 ? (
            <Empty title={operatorTexts.overlays.none} why={operatorTexts.overlays.noneWhy} />
          ) : <OverlayTable overlays={overlays} today={today} chosen={address.edge} onChoose={(edge) => { onGo({ edge }); }} />)}
        </Answered>
      </section>
    </div>
  );
}
