import type { CombinedError } from "urql";
import { fullInstant } from "../../../format/instants";
import { labelOf } from "../../../format/names";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { Tag } from "../../../parts/tag/Tag";
import { settlementTexts } from "../../../texts/settlement";
import type { Status } from "../queries";
import css from "./Side.module.css";

interface Props {
  readonly status: { readonly data: Status | undefined; readonly error: CombinedError | undefined; readonly onRetry: () => void };
  readonly onClose: () => void;
}

/** Events that could not be settled, and what they wait for. */
export function ParkedPanel({ status: { data, error, onRetry }, onClose }: Props) {
  return (
    <>
      <PanelHead title={settlementTexts.parked.title}><Button onClick={onClose}>{settlementTexts.close}</Button></PanelHead>
      {data === undefined ? error === undefined ? <Skeleton rows={6} /> : <Fault error={error} onRetry={onRetry} /> : <Parked status={data} />}
    </>
  );
}

function Parked({ status: { settlementStatus: { parked, parkedCount } } }: { readonly status: Status }) {
  if (parked.length === 0) return <Notice title={settlementTexts.parked.empty}>{settlementTexts.parked.emptyWhy}</Notice>;
  return (
    <>
      <p className={css.lead}>{settlementTexts.parked.lead}</p>
      <ul className={css.events}>
        {parked.map(({ stream, position, topic, code, reason, since, network }) => (
          <li key={`${stream} ${position}`}>
            <p><Tag tone="no">{code}</Tag> {settlementTexts.parked.event(topic, stream, position)}</p>
            <p>{reason}</p>
            <p className={css.muted}>
              {network === null ? "" : `${labelOf(network)}, `}{settlementTexts.parked.since(fullInstant(since))}
            </p>
          </li>
        ))}
      </ul>
      {parked.length < parkedCount ? <p className={css.lead}>{settlementTexts.parked.more(parked.length, parkedCount)}</p> : null}
    </>
  );
}
