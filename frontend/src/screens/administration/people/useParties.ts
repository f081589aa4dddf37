/** The companies whose people may be shown, and where one is invited into: those of the directory's first page, and the named one. */
import { useQuery } from "urql";
import type { ListedParty } from "../parties/queries";
import { PartiesDocument, PartyDocument } from "../parties/queries";
import type { ViewProps } from "../view";

export function useParties(viewer: ViewProps["viewer"], named: string | undefined): readonly ListedParty[] {
  const isOfAll = viewer.scopes.includes("ADMINISTER");
  const [{ data }] = useQuery({ query: PartiesDocument, variables: { kind: null, search: null, after: null }, pause: !isOfAll });
  const listed = data?.parties.edges.map(({ node }) => node);
  const isListed = named === undefined || listed === undefined || listed.some(({ id }) => id === named);
  const [further] = useQuery({ query: PartyDocument, variables: { id: named ?? "" }, pause: !isOfAll || isListed });
  if (!isOfAll) return viewer.party === null ? [] : [viewer.party];
  const node = further.data?.node;
  return !isListed && node?.__typename === "Party" && node.id === named ? [...listed, node] : (listed ?? []);
}
