/** What is sold beyond capacity on some days: where, how much, whose contracts, and who was told. */
import { useMemo } from "react";
import { useQuery } from "urql";
import { addDays } from "../../../format/days";
import { useShortfallNotices } from "../../../live/useShortfallNotices";
import { Fault } from "../../../parts/notice/Fault";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Empty } from "../common/Empty";
import { shortfallDays } from "../address";
import { DayField } from "../common/Fields";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { Informed } from "./Informed";
import { ShortfallsDocument } from "./queries";
import { ShortDays } from "./ShortDays";
import { ShortCuts, ShortPressures, Undecided } from "./ShortfallList";
import css from "./Shortfalls.module.css";

export function ShortfallsPart({ network, address, today, onGo }: Shown) {
  const { start, end } = shortfallDays(address, today);
  const variables = useMemo(() => ({ network: network.code, period: { start, end } }), [network.code, start, end]);
  const [{ data, error, fetching }, ask] = useQuery({ query: ShortfallsDocument, variables });
  const notices = useShortfallNotices(network.code);
  const found = data?.shortfalls;
  const isNone = found !== undefined && found.cuts.length + found.pressures.length + found.undecided.length === 0;
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} tabIndex={0} aria-label={operatorTexts.shortfalls.title} aria-busy={fetching}>
        <PanelHead title={operatorTexts.shortfalls.title} note={found && operatorTexts.shortfalls.level(texts.levels[found.level])} />
        <div className={css.days}>
          <DayField label={texts.request.start} value={start} onChange={(day) => { onGo({ start: day, end: end > day ? end : addDays(day, 1) }, true); }} />
          <DayField
            label={texts.request.end}
            value={addDays(end, -1)}
            min={start}
            onChange={(last) => { if (last >= start) onGo({ start, end: addDays(last, 1) }, true); }}
          />
          <span role="status">{fetching && found !== undefined ? operatorTexts.shortfalls.again : ""}</span>
        </div>
        {error === undefined ? null : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />}
        {found === undefined ? error === undefined ? <Proving /> : null : isNone ? (
          <Empty title={operatorTexts.shortfalls.none} why={operatorTexts.shortfalls.noneWhy} />
        ) : (
          <>
            <ShortDays shortfalls={found} days={{ start, end }} />
            <ShortCuts network={network} cuts={found.cuts} />
            <ShortPressures network={network} pressures={found.pressures} />
            <Undecided undecided={found.undecided} />
          </>
        )}
      </section>
      <section className={screen.panel} tabIndex={0} aria-label={operatorTexts.shortfalls.informed}>
        <Informed notices={notices} network={network} />
      </section>
    </div>
  );
}

function Proving() {
  return (
    <>
      <p className={screen.text}>{operatorTexts.shortfalls.proving}</p>
      <Skeleton rows={6} />
    </>
  );
}
