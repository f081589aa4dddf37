/** The companies of the installation, and a new one. */
import { useQuery } from "urql";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
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
          <SearchField label={texts.parties.search} value={search} onChange={(value) => { onGo({ search: value, after: undefined }); }} />
          <Filter
            label={texts.parties.kind}
            all={texts.parties.allKinds}
            options={PARTY_KINDS.map((value) => ({ value, text: texts.partyKinds[value] }))}
            value={kind}
            onChange={(value) => { onGo({ kind: value, after: undefined }); }}
          />
          <Button onClick={() => { onGo({ chosen: NEW }); }}>{texts.parties.add}</Button>
        </div>
        {data === undefined ? (
          error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        ) : (
          <>
            {parties.length === 0 ? <Notice title={texts.parties.none}>{texts.administration.widen}</Notice> : (
              <table className={css.table}>
                <thead>
                  <tr>
                    <th scope="col">{texts.account.name}</th>
                    <th scope="col">{texts.parties.code}</th>
                    <th scope="col">{texts.parties.kind}</th>
                  </tr>
                </thead>
                <tbody>
                  {parties.map(({ id, name, code, kind: is }) => (
                    <tr key={id} aria-current={id === chosen ? "true" : undefined}>
                      <th scope="row"><button type="button" onClick={() => { onGo({ chosen: id }); }}>{name}</button></th>
                      <td className={css.muted}>{code}</td>
                      <td className={css.muted}>{texts.partyKinds[is]}</td>
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
          <Notice title={texts.parties.choose}>{texts.parties.chooseWhy}</Notice>
        ) : (
          <Notice
            title={party.name}
            action={<Button onClick={() => { onGo({ view: "people", party: party.id, search: undefined, chosen: undefined, after: undefined }); }}>{texts.parties.people}</Button>}
          >
            {texts.parties.about(party.code, texts.partyKinds[party.kind])}
          </Notice>
        )}
      </section>
    </div>
  );
}
