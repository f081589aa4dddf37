import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const OwnContractsDocument = graphql(`
  query OwnContracts($network: String!, $after: String) {
    network(code: $network) { id code unit clock { zone startHour } }
    contracts(network: $network, own: true, first: 100, after: $after) {
      cursor
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id
          code
          cause
          firmness
          quantity
          currency
          period { start end }
          routes { quantity route { kind receipt { id code name } delivery { id code name } } }
          rights { quantity period { start end } route { receipt { id code } delivery { id code } } }
          exposure { net { amount currency } }
        }
      }
    }
  }
`);

export const ContractDocument = graphql(`
  query ContractDetails($id: ID!) {
    contract(id: $id) {
      id
      code
      unit
      proof { level outcome isDerived }
      free { period { start end } quantity passedOn held free }
      cost { amount { amount currency } working }
      exposure { owes { amount currency } isOwed { amount currency } net { amount currency } }
      verdict { solver solverVersion rightsVersion }
    }
    lineage(id: $id) {
      code
      cause
      parentCode
      quantity
      state
      period { start end }
      holder { id name }
    }
  }
`);

export type OwnContract = ResultOf<typeof OwnContractsDocument>["contracts"]["edges"][number]["node"];
export type ContractDetails = ResultOf<typeof ContractDocument>;
