/** One person: what is known, and what an administrator may do with the account. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { instant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Secret } from "../../../parts/secret/Secret";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import css from "../AdministrationScreen.module.css";
import { namesOf } from "../members";
import type { ViewProps } from "../view";
import { PersonState } from "./PeopleTable";
import { PersonActs } from "./PersonActs";
import type { Person } from "./queries";
import { AccountDocument } from "./queries";

interface Props {
  readonly id: string;
  readonly viewer: ViewProps["viewer"];
  readonly onChanges: () => void;
}

export function PersonPanel({ id, viewer, onChanges }: Props) {
  const [{ data, error }, ask] = useQuery({ query: AccountDocument, variables: { id } });
  const [password, setPassword] = useState<string>();
  if (data === undefined) {
    return error === undefined ? <Skeleton rows={8} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  const person = data.node;
  if (person?.__typename !== "Account") return <Notice title={administrationTexts.people.gone}>{administrationTexts.people.goneWhy}</Notice>;
  return (
    <>
      <PanelHead title={person.name}><Button onClick={onChanges}>{administrationTexts.people.changes}</Button></PanelHead>
      {password === undefined ? null : (
        <Secret title={administrationTexts.people.initial} why={administrationTexts.people.initialWhy(person.email)} text={password} onKept={() => { setPassword(undefined); }} />
      )}
      <Facts person={person} />
      {person.id === viewer.account?.id ? <p className={css.note}>{administrationTexts.people.own} <Link to="/account">{texts.account.title}</Link></p> : null}
      <PersonActs person={person} isOwn={person.id === viewer.account?.id} isOfAll={viewer.scopes.includes("ADMINISTER")} onPassword={setPassword} />
    </>
  );
}

function Facts({ person }: { readonly person: Person }) {
  return (
    <dl className={css.facts}>
      <dt>{texts.signIn.email}</dt>
      <dd>{person.email}</dd>
      <dt>{texts.account.party}</dt>
      <dd>{person.party.name}</dd>
      <dt>{texts.account.roles}</dt>
      <dd>{namesOf(person.roles)}</dd>
      <dt>{administrationTexts.people.state}</dt>
      <dd><PersonState person={person} /></dd>
      <dt>{administrationTexts.people.added}</dt>
      <dd>{instant(person.createdAt)}</dd>
      <dt>{administrationTexts.people.signedIn}</dt>
      <dd>{person.signedInAt === null ? administrationTexts.people.never : instant(person.signedInAt)}</dd>
      <dt>{administrationTexts.people.keys}</dt>
      <dd>{person.keyCount}</dd>
    </dl>
  );
}
