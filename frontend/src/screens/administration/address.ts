/** What the address of the administration screen says: the view, its filters, and what is chosen in it. */
import { EVENT_KINDS, PARTY_KINDS, ROLES } from "./members";

export const VIEWS = ["people", "parties", "keys", "changes"] as const;
export type View = (typeof VIEWS)[number];

export const STATES = ["enabled", "disabled"] as const;

export interface Address {
  readonly view?: View | undefined;
  /** The beginning of an address, name or code. */
  readonly search?: string | undefined;
  /** The id of the party whose people are shown. */
  readonly party?: string | undefined;
  readonly role?: (typeof ROLES)[number] | undefined;
  readonly state?: (typeof STATES)[number] | undefined;
  readonly kind?: (typeof PARTY_KINDS)[number] | undefined;
  readonly change?: (typeof EVENT_KINDS)[number] | undefined;
  /** The id of the account whose changes are shown. */
  readonly account?: string | undefined;
  /** The id of the person or key that is chosen, or "new" for one to be added. */
  readonly chosen?: string | undefined;
  /** The cursor of the page before. */
  readonly after?: string | undefined;
}

export const NEW = "new";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const oneOf = <Member extends string>(members: readonly Member[], value: unknown): Member | undefined =>
  members.find((member) => member === value);

export function readAddress(search: Record<string, unknown>): Address {
  return {
    view: oneOf(VIEWS, search.view),
    search: text(search.search),
    party: text(search.party),
    role: oneOf(ROLES, search.role),
    state: oneOf(STATES, search.state),
    kind: oneOf(PARTY_KINDS, search.kind),
    change: oneOf(EVENT_KINDS, search.change),
    account: text(search.account),
    chosen: text(search.chosen),
    after: text(search.after),
  };
}
