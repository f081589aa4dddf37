import type { CombinedError } from "urql";
import { fullInstant, shortInstant } from "../../../format/instants";
import { texts } from "../../../texts/en";
import { settlementTexts } from "../../../texts/settlement";
import type { Address } from "../address";
import type { Status } from "../queries";
import css from "./Strip.module.css";

interface Props {
  readonly status: { readonly data: Status | undefined; readonly error: CombinedError | undefined };
  readonly show: Address["show"];
  readonly onShow: (show: Address["show"]) => void;
}

const BEHIND_S_MAX = 60;

/** How far settlement has come, what is parked, and what is signed: a feed that stands still is to be seen at once. */
export function Strip({ status: { data, error }, show, onShow }: Props) {
  if (data === undefined) {
    return <p className={css.strip} role="status">{error === undefined ? texts.faults.loading : settlementTexts.strip.unknown}</p>;
  }
  const { settledThrough, behindSeconds, parkedCount, positions } = data.settlementStatus;
  const ledger = data.transparencyLogs.find(({ name }) => name === "LEDGER");
  const isBehind = behindSeconds > BEHIND_S_MAX;
  const toggle = (panel: "log" | "parked") => { onShow(show === panel ? undefined : panel); };
  return (
    <div className={css.strip}>
      <dl className={css.facts}>
        <div>
          <dt>{settlementTexts.strip.through}</dt>
          <dd><time dateTime={settledThrough} title={fullInstant(settledThrough)}>{shortInstant(settledThrough)}</time></dd>
        </div>
        <div>
          <dt>{settlementTexts.strip.waiting}</dt>
          <dd data-tone={isBehind ? "no" : "yes"}>{settlementTexts.strip.behind(behindSeconds)}</dd>
        </div>
        <div>
          <dt>{settlementTexts.strip.positions}</dt>
          <dd>{settlementTexts.strip.positionsAre(positions.capacity, positions.market)}</dd>
        </div>
      </dl>
      <button type="button" className={css.open} aria-pressed={show === "parked"} onClick={() => { toggle("parked"); }}>
        <span>{settlementTexts.parked.title}</span>
        <b data-tone={parkedCount === 0 ? undefined : "no"}>{settlementTexts.parked.count(parkedCount)}</b>
      </button>
      <button type="button" className={css.open} aria-pressed={show === "log"} onClick={() => { toggle("log"); }}>
        <span>{settlementTexts.log.title}</span>
        <b>{ledger === undefined ? settlementTexts.log.none : settlementTexts.log.newest(ledger.newest.size, shortInstant(ledger.newest.signedAt))}</b>
      </button>
    </div>
  );
}
