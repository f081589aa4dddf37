/** Roles, scopes and kinds of the schema, in the order in which they are shown. */
import { texts } from "../../texts/en";
import { administrationTexts } from "../../texts/administration";

export const ROLES = keysOf(texts.roles);
export const PARTY_KINDS = keysOf(administrationTexts.partyKinds);
export const EVENT_KINDS = keysOf(administrationTexts.accountEvents);

export type Role = (typeof ROLES)[number];
export type Scope = keyof typeof administrationTexts.scopes;
export type PartyKind = (typeof PARTY_KINDS)[number];

function keysOf<Name extends string>(named: Readonly<Record<Name, string>>): readonly Name[] {
  return Object.keys(named) as Name[];
}

/** What no key may do, because people keep accounts. */
export const OF_PEOPLE: readonly (Role | Scope)[] = ["COMPANY_ADMIN", "MANAGE"];

export const namesOf = (roles: readonly Role[]): string => roles.map((role) => texts.roles[role]).join(", ");
