import { dateOf, instant } from "../../../format/instants";
import { Tag } from "../../../parts/tag/Tag";
import { administrationTexts } from "../../../texts/administration";
import css from "../AdministrationScreen.module.css";
import { namesOf } from "../members";
import type { Key } from "./queries";

interface Props {
  readonly keys: readonly Key[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function KeysTable({ keys, chosen, onChoose }: Props) {
  return (
    <table className={css.table}>
      <thead>
        <tr>{administrationTexts.keys.columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id} aria-current={key.id === chosen ? "true" : undefined}>
            <th scope="row"><button type="button" onClick={() => { onChoose(key.id); }}>{key.name}</button></th>
            <td className={css.muted}>{key.prefix}</td>
            <td>{namesOf(key.roles)}</td>
            <td><KeyState apiKey={key} /></td>
            <td className={css.muted}>{key.lastUsedAt === null ? administrationTexts.people.never : instant(key.lastUsedAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether a key can no longer be used. */
export const hasEnded = ({ revokedAt, expiresAt }: Key): boolean => revokedAt !== null || Date.parse(expiresAt) <= Date.now();

export function KeyState({ apiKey }: { readonly apiKey: Key }) {
  const { revokedAt, expiresAt } = apiKey;
  if (revokedAt !== null) return <Tag tone="no">{administrationTexts.keys.revoked(dateOf(revokedAt))}</Tag>;
  if (hasEnded(apiKey)) return <Tag tone="no">{administrationTexts.keys.expired(dateOf(expiresAt))}</Tag>;
  return <Tag tone="yes">{administrationTexts.keys.validUntil(instant(expiresAt))}</Tag>;
}
