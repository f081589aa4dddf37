/** The keys with which a party's machines call the API, and one of them; a new one's text is shown this once. */
import { useState } from "react";
import { useQuery } from "urql";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Secret } from "../../../parts/secret/Secret";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import { NEW } from "../address";
import css from "../AdministrationScreen.module.css";
import { Pages } from "../Pages";
import type { ViewProps } from "../view";
import { KeyForm } from "./KeyForm";
import { KeyPanel } from "./KeyPanel";
import { KeysTable } from "./KeysTable";
import type { Issued } from "./queries";
import { ApiKeysDocument } from "./queries";

export function Keys({ address: { after, chosen }, viewer, onGo }: ViewProps) {
  const [{ data, error }, ask] = useQuery({ query: ApiKeysDocument, variables: { after: after ?? null }, requestPolicy: "cache-and-network" });
  const [issued, setIssued] = useState<Issued>();
  const keys = data?.apiKeys.edges.map(({ node }) => node) ?? [];
  const key = keys.find(({ id }) => id === chosen);
  const show = (next: Issued) => {
    setIssued(next);
    onGo({ chosen: next.apiKey.id });
  };
  return (
    <div className={css.view}>
      <section className={css.list} aria-label={texts.administration.view.keys}>
        <div className={css.tools}>
          <span className={css.muted}>{administrationTexts.keys.lead}</span>
          <Button onClick={() => { onGo({ chosen: NEW }); }}>{administrationTexts.keys.create}</Button>
        </div>
        {data === undefined ? (
          error === undefined ? <Skeleton rows={6} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        ) : (
          <>
            {keys.length === 0 ? <Notice title={administrationTexts.keys.none}>{administrationTexts.keys.noneWhy}</Notice> : (
              <KeysTable keys={keys} chosen={chosen} onChoose={(id) => { onGo({ chosen: id }); }} />
            )}
            <Pages count={data.apiKeys.totalCount} info={data.apiKeys.pageInfo} after={after} onGo={onGo} />
          </>
        )}
      </section>
      <section className={css.panel} aria-label={administrationTexts.keys.key}>
        {issued === undefined ? null : (
          <Secret title={administrationTexts.keys.text(issued.apiKey.name)} why={administrationTexts.keys.textWhy} text={issued.text} onKept={() => { setIssued(undefined); }} />
        )}
        {chosen === NEW ? (
          <KeyForm roles={viewer.roles} scopes={viewer.scopes} onCancel={() => { onGo({ chosen: undefined }); }} onCreated={show} />
        ) : key === undefined ? <Notice title={administrationTexts.keys.choose}>{administrationTexts.keys.chooseWhy}</Notice> : <KeyPanel key={key.id} apiKey={key} onRotated={show} />}
      </section>
    </div>
  );
}
