/** The companies of the installation, and a new one. */
import { useQuery } from "urql";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import { NEW } from "../address";
import css from "../AdministrationScreen.module.css";
import { Filter } from "../Filter";
import { PARTY_KINDS } from "../members";
import { Pages } from "../Pages";
import { SearchField } from "../SearchField";
import type { ViewProps } from "../view";
import { PartyForm } from "./PartyForm";
import { PartiesDocument } from "./queries";

export function Parties({ address: { search, kind, after, chosen }, onGo }: ViewProps) {
  const [{ data, error }, ask] = useQuery({
    query: PartiesDocument,
    variables: { kind: kind ?? null, search: search ?? null, after: after ?? null },
    requestPolicy: "cache-and-network",
  });
  const parties = data?.parties.edges.map(({ node }) => node) ?? [];
  const party = parties.find(({ id }) => id === chosen);
  return (
    <div className={css.view}>
      <section className={css.list} aria-label={texts.administration.view.parties}>
        <div className={css.tools}>
          <SearchField label={administrationTexts.parties.search} value={search} onChange={(value) => { onGo({ search: value, after: undefined }); }} />
          <Filter
            label={administrationTexts.parties.kind}
            all={administrationTexts.parties.allKinds}
            options={PARTY_KINDS.map((value) => ({ value, text: administrationTexts.partyKinds[value] }))}
            value={kind}
            onChange={(value) => { onGo({ kind: value, after: undefined }); }}
          />
          <Button onClick={() => { onGo({ chosen: NEW }); }}>{administrationTexts.parties.add}</Button>
        </div>
        {data === undefined ? (
          error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        ) : (
          <>
            {parties.length === 0 ? <Notice title={administrationTexts.parties.none}>{texts.administration.widen}</Notice> : (
              <table className={css.table}>
                <thead>
                  <tr>
                    <th scope="col">{texts.account.name}</th>
                    <th scope="col">{administrationTexts.parties.code}</th>
                    <th scope="col">{administrationTexts.parties.kind}</th>
                  </tr>
                </thead>
                <tbody>
                  {parties.map(({ id, name, code, kind: is }) => (
                    <tr key={id} aria-current={id === chosen ? "true" : undefined}>
                      <th scope="row"><button type="button" onClick={() => { onGo({ chosen: id }); }}>{name}</button></th>
                      <td className={css.muted}>{code}</td>
                      <td className={css.muted}>{administrationTexts.partyKinds[is]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            <Pages count={data.parties.totalCount} info={data.parties.pageInfo} after={after} onGo={onGo} />
          </>
        )}
      </section>
      <section className={css.panel} aria-label={texts.account.party}>
        {chosen === NEW ? <PartyForm onCancel={() => { onGo({ chosen: undefined }); }} onAdded={(id) => { onGo({ chosen: id }); }} /> : party === undefined ? (
          <Notice title={administrationTexts.parties.choose}>{administrationTexts.parties.chooseWhy}</Notice>
        ) : (
          <Notice
            title={party.name}
            action={<Button onClick={() => { onGo({ view: "people", party: party.id, search: undefined, chosen: undefined, after: undefined }); }}>{administrationTexts.parties.people}</Button>}
          >
            {administrationTexts.parties.about(party.code, administrationTexts.partyKinds[party.kind])}
          </Notice>
        )}
      </section>
    </div>
  );
}
