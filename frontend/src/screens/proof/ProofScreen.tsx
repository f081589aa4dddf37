/** The proof of one booking: its certificates, checked again in this browser. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { unitName, whole } from "../../format/amounts";
import { fullDays } from "../../format/days";
import { labelOf } from "../../format/names";
import { Button } from "../../parts/button/Button";
import { download } from "../../parts/file/download";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { PanelHead } from "../../parts/panel/PanelHead";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { Documents } from "../../proofs/certificates/check";
import { useCheck } from "../../proofs/useCheck";
import { texts } from "../../texts/en";
import { proofTexts } from "../../texts/proof";
import { bookedIn } from "./booked";
import { Answer, Checked } from "./Checked";
import css from "./ProofScreen.module.css";
import type { ProvedContract } from "./queries";
import { ProofDocumentsDocument, ProvedContractDocument } from "./queries";

const route = getRouteApi("/signed-in/networks/$network/contracts/$contract/proof");

export function ProofScreen() {
  const { network, contract: id } = route.useParams();
  const [{ data, error }, ask] = useQuery({ query: ProvedContractDocument, variables: { id } });
  if (data === undefined) {
    return error === undefined ? <Skeleton rows={12} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  const { contract } = data;
  return (
    <div className={css.screen}>
      <article className={css.sheet}>
        <PanelHead title={proofTexts.title(contract.code)}>
          <Link to="/networks/$network/portfolio" params={{ network }} search={{ contract: contract.code }}>{proofTexts.toContract}</Link>
        </PanelHead>
        <Lead contract={contract} />
        {contract.verdict === null ? (
          <Notice title={proofTexts.none}>{contract.proof?.isDerived === true ? proofTexts.derived : proofTexts.noneWhy}</Notice>
        ) : (
          <Certificates contract={contract} />
        )}
      </article>
    </div>
  );
}

/** What was proved: route, quantity, period, level, and by what. */
function Lead({ contract: { routes, period, firmness, unit, verdict, proof } }: { readonly contract: ProvedContract }) {
  return (
    <dl className={css.lead}>
      <dt>{proofTexts.right}</dt>
      <dd>
        {routes.map(({ route: { receipt, delivery }, quantity }) => (
          <span key={`${receipt?.id ?? ""} ${delivery?.id ?? ""}`}>
            {texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery))},{" "}
            <b>{whole(quantity)}</b> {unitName(unit)}
          </span>
        ))}
      </dd>
      <dt>{texts.portfolio.days}</dt>
      <dd>{fullDays(period)}, {texts.firmness[firmness]}</dd>
      <dt>{proofTexts.level}</dt>
      <dd>
        {proof === null ? proofTexts.unknown : texts.proved[proof.level]}
        {verdict?.demandedLevel == null ? null : ` ${proofTexts.lower(texts.levels[verdict.demandedLevel], verdict.reason)}`}
      </dd>
      {verdict === null ? null : (
        <>
          <dt>{proofTexts.foundBy}</dt>
          <dd>{texts.verdict.proof(`${verdict.solver} ${verdict.solverVersion}`, verdict.rightsVersion.toString())}</dd>
        </>
      )}
    </dl>
  );
}

const UNCACHED = { isUncached: true };

function Certificates({ contract }: { readonly contract: ProvedContract }) {
  const [{ data, error }, ask] = useQuery({ query: ProofDocumentsDocument, variables: { contract: contract.id }, context: UNCACHED });
  const documents = data?.proofDocuments;
  const { check, times, onAgain } = useCheck(documents, useMemo(() => bookedIn(contract), [contract]));
  if (documents === undefined && error !== undefined) {
    return <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  return (
    <>
      {check === "failed" ? <Answer tone="no" tag={proofTexts.failed}>{proofTexts.failedWhy}</Answer> : null}
      {check === undefined ? (
        <Answer tone="plain" tag={proofTexts.checking}>{documents === undefined ? proofTexts.fetching : proofTexts.checkingWhy}</Answer>
      ) : null}
      {check === undefined || check === "failed" ? null : <Checked report={check} unit={contract.unit} />}
      {documents === undefined ? <Skeleton rows={8} /> : (
        <footer className={css.files}>
          <p>{proofTexts.offline}</p>
          <Button onClick={onAgain}>{proofTexts.again}</Button>
          <Files documents={documents} code={contract.code} />
          <p role="status">{times > 1 ? proofTexts.times(times) : ""}</p>
        </footer>
      )}
    </>
  );
}

function Files({ documents, code }: { readonly documents: Documents; readonly code: string }) {
  return (
    <>
      <Button onClick={() => { download(`${code}.proof.json`, documents.proof, "application/json"); }}>{proofTexts.downloadProof}</Button>
      <Button onClick={() => { download(`${code}.network.json`, documents.network, "application/json"); }}>{proofTexts.downloadNetwork}</Button>
    </>
  );
}
