/** Whether what was sold is settled and logged, and how the records are proved. */
import { useQuery } from "urql";
import { duration, instant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { Empty } from "../common/Empty";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import css from "./Audit.module.css";
import type { SettlementStatus, TransparencyLog } from "./queries";
import { AuditDocument } from "./queries";

const words = operatorTexts.audit;

export function AuditPart({ network }: Shown) {
  const [{ data, error, fetching }, ask] = useQuery({ query: AuditDocument, requestPolicy: "cache-and-network" });
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} aria-label={words.settlement} tabIndex={0}>
        <PanelHead title={words.settlement}><Button disabled={fetching} onClick={() => { ask({ requestPolicy: "network-only" }); }}>{words.again}</Button></PanelHead>
        <Answered data={data?.settlementStatus} error={error} rows={6} onAsk={ask}>{(status) => <Settlement status={status} />}</Answered>
      </section>
      <section className={screen.panel} aria-label={words.logs} tabIndex={0}>
        <PanelHead title={words.logs} note={words.logsNote} />
        <Answered data={data?.transparencyLogs} error={error} rows={4} onAsk={ask}>{(logs) => <Logs logs={logs} />}</Answered>
      </section>
      <section className={screen.panel} aria-label={words.proofs} tabIndex={0}>
        <PanelHead title={words.proofs} />
        <p className={screen.text}>{words.proofsWhy}</p>
        <p className={screen.text}>{words.reconcileWhy}</p>
        <code className={screen.code}>{words.reconcile}</code>
        <p className={screen.text}>{words.auditWhy}</p>
        <code className={screen.code}>{words.audit(network.code)}</code>
      </section>
    </div>
  );
}

function Settlement({ status: { settledThrough, behindSeconds, parkedCount, positions, parked } }: { readonly status: SettlementStatus }) {
  return (
    <>
      <p className={screen.text}>
        <Tag tone={parkedCount === 0 && behindSeconds === 0 ? "yes" : "warn"}>{behindSeconds === 0 ? words.inStep : words.behind(duration(behindSeconds))}</Tag>{" "}
        {words.settledThrough(instant(settledThrough), positions.capacity, positions.market)}
      </p>
      {parkedCount === 0 ? <Empty title={words.noneParked} why={words.noneParkedWhy} /> : (
        <>
          <p className={screen.text}>{words.parked(parkedCount)}</p>
          <table className={screen.table}>
            <thead>
              <tr>
                <th scope="col">{words.event}</th>
                <th scope="col">{texts.shell.network}</th>
                <th scope="col">{words.reason}</th>
                <th scope="col">{words.since}</th>
              </tr>
            </thead>
            <tbody>
              {parked.map((one) => (
                <tr key={`${one.stream} ${one.position}`}>
                  <th scope="row">{words.position(one.stream, one.position, one.topic)}</th>
                  <td>{one.network?.code}</td>
                  <td className={screen.wraps}>{one.reason} ({one.code})</td>
                  <td>{instant(one.since)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

function Logs({ logs }: { readonly logs: readonly TransparencyLog[] }) {
  if (logs.length === 0) return <Empty title={words.noLogs} why={words.noLogsWhy} />;
  return logs.map(({ name, origin, newest }) => (
    <article key={name}>
      <h3 className={screen.heading}>{words.logNames[name]}</h3>
      <p className={screen.text}>{words.checkpoint(newest.size, instant(newest.signedAt), origin)}</p>
      <code className={screen.code}>{newest.root}</code>
      <p className={screen.text}>{words.key}</p>
      <code className={screen.code}>{newest.verifierKey}</code>
    </article>
  ));
}
