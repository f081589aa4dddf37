/** The people of one's company, or of all for the installation's administrators, and one of them. */
import { useQuery } from "urql";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import { NEW, STATES } from "../address";
import css from "../AdministrationScreen.module.css";
import { Filter } from "../Filter";
import { ROLES } from "../members";
import { Pages } from "../Pages";
import { SearchField } from "../SearchField";
import type { ViewProps } from "../view";
import { InviteForm } from "./InviteForm";
import { PeopleTable } from "./PeopleTable";
import { PersonPanel } from "./PersonPanel";
import { AccountsDocument } from "./queries";
import { useParties } from "./useParties";

export function People({ address, viewer, onGo }: ViewProps) {
  const { search, party, role, state, after, chosen } = address;
  const isOfAll = viewer.scopes.includes("ADMINISTER");
  const [{ data, error }, ask] = useQuery({
    query: AccountsDocument,
    variables: {
      search: search ?? null,
      party: party ?? null,
      role: role ?? null,
      isEnabled: state === undefined ? null : state === "enabled",
      after: after ?? null,
    },
    requestPolicy: "cache-and-network",
  });
  const parties = useParties(viewer, party);
  const narrow = (change: Partial<typeof address>) => { onGo({ after: undefined, ...change }); };
  const people = data?.accounts.edges.map(({ node }) => node) ?? [];
  return (
    <div className={css.view}>
      <section className={css.list} aria-label={texts.administration.view.people}>
        <div className={css.tools}>
          <SearchField label={administrationTexts.people.search} value={search} onChange={(value) => { narrow({ search: value }); }} />
          {isOfAll ? (
            <Filter
              label={texts.account.party}
              all={administrationTexts.people.allParties}
              options={parties.map(({ id, name }) => ({ value: id, text: name }))}
              value={party}
              onChange={(value) => { narrow({ party: value }); }}
            />
          ) : null}
          <Filter
            label={administrationTexts.people.role}
            all={administrationTexts.people.allRoles}
            options={ROLES.map((value) => ({ value, text: texts.roles[value] }))}
            value={role}
            onChange={(value) => { narrow({ role: value }); }}
          />
          <Filter
            label={administrationTexts.people.state}
            all={administrationTexts.people.allStates}
            options={STATES.map((value) => ({ value, text: administrationTexts.people.states[value] }))}
            value={state}
            onChange={(value) => { narrow({ state: value }); }}
          />
          <Button onClick={() => { onGo({ chosen: NEW }); }}>{administrationTexts.people.invite}</Button>
        </div>
        {data === undefined ? (
          error === undefined ? <Skeleton rows={10} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        ) : (
          <>
            {people.length === 0 ? <Notice title={administrationTexts.people.none}>{texts.administration.widen}</Notice> : (
              <PeopleTable people={people} hasParty={isOfAll} chosen={chosen} onChoose={(id) => { onGo({ chosen: id }); }} />
            )}
            <Pages count={data.accounts.totalCount} info={data.accounts.pageInfo} after={after} onGo={onGo} />
          </>
        )}
      </section>
      <section className={css.panel} aria-label={administrationTexts.people.person}>
        {chosen === undefined ? <Notice title={administrationTexts.people.choose}>{administrationTexts.people.chooseWhy}</Notice> : chosen === NEW ? (
          <InviteForm parties={parties} party={party} onCancel={() => { onGo({ chosen: undefined }); }} onShow={(id) => { onGo({ chosen: id }); }} />
        ) : <PersonPanel key={chosen} id={chosen} viewer={viewer} onChanges={() => { onGo({ view: "changes", account: chosen, chosen: undefined, after: undefined }); }} />}
      </section>
    </div>
  );
}
