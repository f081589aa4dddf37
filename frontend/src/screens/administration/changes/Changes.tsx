/** What was changed about accounts and keys, by whom and when, newest first. */
import { useQuery } from "urql";
import { instant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import css from "../AdministrationScreen.module.css";
import { Filter } from "../Filter";
import { EVENT_KINDS, namesOf } from "../members";
import { Pages } from "../Pages";
import type { ViewProps } from "../view";
import type { Change } from "./queries";
import { AccountEventsDocument } from "./queries";

export function Changes({ address: { change: kind, account, after }, viewer, onGo }: ViewProps) {
  const isOfAll = viewer.scopes.includes("ADMINISTER");
  const [{ data, error }, ask] = useQuery({
    query: AccountEventsDocument,
    variables: { kind: kind ?? null, account: account ?? null, after: after ?? null },
    requestPolicy: "cache-and-network",
  });
  const changes = data?.accountEvents.edges.map(({ node }) => node) ?? [];
  return (
    <div className={`${css.view ?? ""} ${css.whole ?? ""}`}>
      <section className={css.list} aria-label={texts.administration.view.changes}>
        <div className={css.tools}>
          <Filter
            label={administrationTexts.changes.kind}
            all={administrationTexts.changes.allKinds}
            options={EVENT_KINDS.map((value) => ({ value, text: administrationTexts.accountEvents[value] }))}
            value={kind}
            onChange={(value) => { onGo({ change: value, after: undefined }); }}
          />
          {account === undefined ? null : (
            <Button onClick={() => { onGo({ account: undefined, after: undefined }); }}>
              {administrationTexts.changes.only(changes[0]?.account?.email ?? administrationTexts.changes.onePerson)} <span aria-hidden="true">×</span>
            </Button>
          )}
        </div>
        {data === undefined ? (
          error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        ) : (
          <>
            {changes.length === 0 ? <Notice title={administrationTexts.changes.none}>{administrationTexts.changes.noneWhy}</Notice> : <ChangesTable changes={changes} hasParty={isOfAll} />}
            <Pages count={data.accountEvents.totalCount} info={data.accountEvents.pageInfo} after={after} onGo={onGo} />
          </>
        )}
      </section>
    </div>
  );
}

function ChangesTable({ changes, hasParty }: { readonly changes: readonly Change[]; readonly hasParty: boolean }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{administrationTexts.changes.when}</th>
          <th scope="col">{administrationTexts.changes.what}</th>
          <th scope="col">{administrationTexts.changes.whom}</th>
          {hasParty ? <th scope="col">{texts.account.party}</th> : null}
          <th scope="col">{administrationTexts.changes.roles}</th>
          <th scope="col">{administrationTexts.changes.by}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.id}>
            <td className={css.muted}>{instant(change.recordedAt)}</td>
            <th scope="row">{administrationTexts.accountEvents[change.kind]}</th>
            <td>{change.account?.email ?? (change.apiKey === null ? "" : administrationTexts.changes.key(change.apiKey.name, change.apiKey.prefix))}</td>
            {hasParty ? <td className={css.muted}>{change.party.name}</td> : null}
            <td className={css.muted}>{rolesOf(change)}</td>
            <td className={css.muted}>{change.by?.email ?? (change.isByInstallation ? administrationTexts.changes.installation : administrationTexts.changes.unknown)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The roles, and what they were where they have changed. */
function rolesOf({ rolesBefore, rolesAfter, kind }: Change): string {
  const [before, after] = [namesOf(rolesBefore), namesOf(rolesAfter)];
  return kind === "ROLES_CHANGED" ? administrationTexts.changes.fromTo(before, after) : after;
}
