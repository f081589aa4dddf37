/** Roles, scopes and kinds of the schema, in the order in which they are shown, and which role goes with what. */
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

/** The roles that people of a party may have (docs/guide/company-administrators.md); the API refuses others. */
export const ROLES_OF: Readonly<Record<PartyKind, readonly Role[]>> = {
  SHIPPER: ["SHIPPER", "MARKETER", "COMPANY_ADMIN"],
  OPERATOR: ["OPERATOR"],
  BILLING: ["BILLING"],
  REGULATOR: ["REGULATOR"],
  PLATFORM: ["ADMIN"],
};

/** What no key may do, because people keep accounts. */
export const OF_PEOPLE: readonly (Role | Scope)[] = ["COMPANY_ADMIN", "MANAGE"];

export const namesOf = (roles: readonly Role[]): string => roles.map((role) => texts.roles[role]).join(", ");
