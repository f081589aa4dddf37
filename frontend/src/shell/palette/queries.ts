/** What the command palette searches besides networks and points. */
import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const PaletteContractsDocument = graphql(`
  query PaletteContracts($network: String!) {
    contracts(network: $network, own: true, first: 100) {
      edges { node { id code routes { quantity route { kind receipt { id code name } delivery { id code name } } } } }
    }
  }
`);

export const PalettePartiesDocument = graphql(`
  query PaletteParties($search: String!) {
    parties(search: $search, first: 5) { edges { node { id code name kind } } }
  }
`);

export type FoundContract = ResultOf<typeof PaletteContractsDocument>["contracts"]["edges"][number]["node"];
export type FoundParty = ResultOf<typeof PalettePartiesDocument>["parties"]["edges"][number]["node"];
