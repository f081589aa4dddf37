import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";
import { PriceFields } from "./contract/price/queries";

/** With where the ledger stands, from which what is owed is followed, for callers with the scope SETTLE. */
export const OwnContractsDocument = graphql(`
  query OwnContracts($network: String!, $maySettle: Boolean!) {
    network(code: $network) { id code unit clock { zone startHour } }
    ledgerEntries(first: 1) @include(if: $maySettle) { cursor }
    contracts(network: $network, own: true, first: 100) {
      cursor
      pageInfo { hasNextPage }
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

export const OwnPositionsDocument = graphql(`
  query OwnPositions($network: String!, $period: PeriodInput!) {
    positions(network: $network, period: $period) {
      cursor
      routes {
        firmness
        route { kind receipt { id code name } delivery { id code name } }
        positions { period { start end } acquired traded released owned held listed free }
      }
    }
  }
`);

export const ContractDocument = graphql(
  `
    query ContractDetails($id: ID!) {
      contract(id: $id) {
        id
        code
        unit
        currency
        period { start end }
        parent { id code }
        bookedTogether { id code }
        proof { level outcome isDerived }
        free { period { start end } quantity passedOn held free }
        holds { cause heldFor period { start end } quantity }
        cost { amount { amount currency } isEstimate working }
        exposure { owes { amount currency } isOwed { amount currency } net { amount currency } }
        verdict { solver solverVersion rightsVersion modelHash }
        subNetwork {
          nodes { code kind name party { id name } physicalNode { id code name } }
          edges {
            code
            role
            rank
            tail { code }
            head { code }
            bands {
              low
              high
              price { ...PriceFields }
              pressureBar { low high }
              calorificValueKwhPerNm3 { low high }
            }
          }
          integrals { kind period { start end } minimum maximum used }
        }
      }
      lineage(id: $id) {
        code
        cause
        parentCode
        quantity
        state
        period { start end }
        holder { id name }
        contract { id }
      }
    }
  `,
  [PriceFields],
);

/** What is charged by gas month; for callers with the scope SETTLE. */
export const ContractBalancesDocument = graphql(`
  query ContractBalances($id: ID!) {
    balances(contract: $id) { gasMonth code amount { amount currency } party { id name } }
    releaseCredits(contract: $id) {
      gasMonth
      contractCode
      demand { amount currency }
      takenBack { amount currency }
      credited { amount currency }
    }
  }
`);

/** Own offers that are open, of all contracts on a network. */
export const OwnOffersDocument = graphql(`
  query OwnOffers($network: String!) {
    ownListings(network: $network, state: OPEN, first: 100) {
      edges {
        node { id kind remaining pricePerUnitDay currency isFirm capacity { period { start end } } contract { id code } }
      }
    }
    ownCallsForOrders(network: $network, state: OPEN, side: SELL, first: 100) {
      edges {
        node { id kind remaining limitPrice currency isFirm capacity { period { start end } } contract { id code } }
      }
    }
    ownReleaseOffers(network: $network, state: OPEN, first: 100) {
      edges {
        node { id quantity minimumRate currency recallable capacity { period { start end } } contract { id code } }
      }
    }
  }
`);

export const OwnShortfallsDocument = graphql(`
  query OwnShortfalls($network: String!, $period: PeriodInput!) {
    shortfalls(network: $network, period: $period) {
      cuts { text periods { start end } contracts { code units period { start end } } }
      pressures {
        periods { start end }
        shortage { text }
        contracts { code units period { start end } }
      }
      undecided { reason periods { start end } }
    }
  }
`);

export type OwnContract = ResultOf<typeof OwnContractsDocument>["contracts"]["edges"][number]["node"];
export type OwnRoute = OwnContract["routes"][number]["route"];
export type OwnPositions = ResultOf<typeof OwnPositionsDocument>["positions"]["routes"][number];
export type ContractDetails = ResultOf<typeof ContractDocument>["contract"];
export type LineageMember = ResultOf<typeof ContractDocument>["lineage"][number];
export type ContractGraph = ContractDetails["subNetwork"];
export type OwnOffers = ResultOf<typeof OwnOffersDocument>;
export type OwnShortfalls = ResultOf<typeof OwnShortfallsDocument>["shortfalls"];
export type ContractBalances = ResultOf<typeof ContractBalancesDocument>;
