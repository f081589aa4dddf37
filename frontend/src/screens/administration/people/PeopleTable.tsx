import { dateOf, instant } from "../../../format/instants";
import { useKeys } from "../../../keyboard/useKeys";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import css from "../AdministrationScreen.module.css";
import { namesOf } from "../members";
import type { Person } from "./queries";

interface Props {
  readonly people: readonly Person[];
  readonly hasParty: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function PeopleTable({ people, hasParty, chosen, onChoose }: Props) {
  const place = people.findIndex(({ id }) => id === chosen);
  const step = (by: number) => {
    const next = people[place + by];
    if (next !== undefined) onChoose(next.id);
  };
  useKeys({ J: () => { step(1); }, j: () => { step(1); }, K: () => { step(-1); }, k: () => { step(-1); } });
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{texts.account.name}</th>
          <th scope="col">{texts.signIn.email}</th>
          {hasParty ? <th scope="col">{texts.account.party}</th> : null}
          <th scope="col">{texts.account.roles}</th>
          <th scope="col">{administrationTexts.people.state}</th>
          <th scope="col">{administrationTexts.people.signedIn}</th>
          <th scope="col" className={css.number}>{administrationTexts.people.keys}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id} aria-current={person.id === chosen ? "true" : undefined}>
            <th scope="row"><button type="button" onClick={() => { onChoose(person.id); }}>{person.name}</button></th>
            <td className={css.muted}>{person.email}</td>
            {hasParty ? <td className={css.muted}>{person.party.name}</td> : null}
            <td>{namesOf(person.roles)}</td>
            <td><PersonState person={person} /></td>
            <td className={css.muted}>{person.signedInAt === null ? administrationTexts.people.never : instant(person.signedInAt)}</td>
            <td className={css.number}>{person.keyCount}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function PersonState({ person: { disabledAt, initialPasswordUntil } }: { readonly person: Person }) {
  if (disabledAt !== null) return <Tag tone="no">{administrationTexts.people.disabledSince(dateOf(disabledAt))}</Tag>;
  if (initialPasswordUntil !== null) return <Tag tone="warn">{administrationTexts.people.invitedUntil(dateOf(initialPasswordUntil))}</Tag>;
  return <Tag tone="yes">{administrationTexts.people.states.enabled}</Tag>;
}
