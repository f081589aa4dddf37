import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { fullInstant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { settlementTexts } from "../../../texts/settlement";
import { KeyField } from "../proof/KeyField";
import type { Status, TransparencyLog } from "../queries";
import { CheckpointsDocument } from "../queries";
import css from "./Side.module.css";
import type { ShownGrowth } from "./useGrowth";
import { useGrowth } from "./useGrowth";

interface Props {
  readonly status: { readonly data: Status | undefined; readonly error: CombinedError | undefined; readonly onRetry: () => void };
  readonly onClose: () => void;
}

/** The checkpoints of the ledger's log, and whether it has only grown since this browser last looked. */
export function LogPanel({ status: { data, error, onRetry }, onClose }: Props) {
  const log = data?.transparencyLogs.find(({ name }) => name === "LEDGER");
  return (
    <>
      <PanelHead title={settlementTexts.log.title}><Button onClick={onClose}>{settlementTexts.close}</Button></PanelHead>
      {data === undefined ? (
        error === undefined ? <Skeleton rows={6} /> : <Fault error={error} onRetry={onRetry} />
      ) : log === undefined ? (
        <Notice title={settlementTexts.log.none}>{settlementTexts.log.noneWhy}</Notice>
      ) : (
        <Log log={log} />
      )}
    </>
  );
}

function Log({ log }: { readonly log: TransparencyLog }) {
  const growth = useGrowth(log);
  return (
    <>
      <p className={css.lead}>{settlementTexts.log.lead(log.origin)}</p>
      <p className={css.verdict} role="status" data-tone={toneOf(growth)}>{wordsOf(growth)}</p>
      <p className={css.heading}>{settlementTexts.log.signedBy}</p>
      <p className={css.key}>{log.newest.verifierKey}</p>
      <KeyField />
      <Checkpoints newest={log.newest} />
    </>
  );
}

const toneOf = (shown: ShownGrowth | undefined): "no" | "yes" | undefined =>
  shown === undefined || shown.growth.kind === "unable" ? undefined : shown.growth.kind === "fork" || shown.growth.kind === "unsigned" ? "no" : "yes";

function wordsOf(shown: ShownGrowth | undefined): string {
  const words = settlementTexts.log.growth;
  if (shown === undefined) return words.checking;
  const { growth, isTrusted } = shown;
  const by = isTrusted ? words.byTrusted : words.byStated;
  switch (growth.kind) {
    case "first":
      return `${words.first(growth.size)} ${by}`;
    case "grown":
      return `${words.grown(growth.from, growth.size)} ${by}`;
    case "fork":
      return words.fork(growth.from, growth.size);
    case "unsigned":
      return words.unsigned;
    case "unable":
      return words.unable;
  }
}

function Checkpoints({ newest }: { readonly newest: TransparencyLog["newest"] }) {
  const [{ data }] = useQuery({ query: CheckpointsDocument });
  const kept = data?.transparencyLogs[0]?.checkpoints ?? [];
  const rows = [newest, ...kept.filter(({ size }) => size !== newest.size).reverse()];
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col" className={css.number}>{settlementTexts.log.size}</th>
          <th scope="col">{settlementTexts.log.signedAt}</th>
          <th scope="col">{settlementTexts.log.root}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ size, root, signedAt }) => (
          <tr key={size}>
            <th scope="row" className={css.number}>{size}</th>
            <td>{fullInstant(signedAt)}</td>
            <td className={css.hash} title={root}>{root}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
