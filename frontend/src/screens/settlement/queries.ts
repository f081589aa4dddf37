import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const PartyBalancesDocument = graphql(`
  query PartyBalancesByMonth($period: PeriodInput!) {
    partyBalances(period: $period) {
      cursor
      balances { party { id code name } gasMonth code amount { amount currency } }
    }
  }
`);

/** Whom a code names: a code may be the beginning of others. */
export const PartyByCodeDocument = graphql(`
  query PartyByCode($code: String!) {
    parties(search: $code, first: 100) { edges { node { id code name } } }
  }
`);

export const EntryFields = graphql(`
  fragment EntryFields on SettlementEvent @_unmask {
    id
    cursor
    sequence
    cause
    postedAt
    hash
    lines {
      line
      partyCode
      counterpartyCode
      contractId
      contractCode
      code
      gasMonth
      period { start end }
      quantity
      rate
      amount { amount currency }
      working
      reverses { sequence line }
    }
  }
`);

export const LedgerDocument = graphql(
  `
    query Ledger($party: ID, $contract: ID, $gasMonth: GasDay, $code: ChargeCode, $before: Int, $first: Int!) {
      ledgerEntries(party: $party, contract: $contract, gasMonth: $gasMonth, code: $code, before: $before, first: $first) {
        cursor
        hasMore
        events { ...EntryFields }
      }
    }
  `,
  [EntryFields],
);

export const EntryDocument = graphql(
  `
    query Entry($sequence: Int!) {
      ledgerEntries(sequence: $sequence, first: 1) {
        events { ...EntryFields }
      }
    }
  `,
  [EntryFields],
);

export const ContractMonthDocument = graphql(
  `
    query ContractMonth($contract: ID!, $gasMonth: GasDay!) {
      ledgerEntries(contract: $contract, gasMonth: $gasMonth, first: 50) {
        hasMore
        events { ...EntryFields }
      }
      balances(contract: $contract) { party { id code name } gasMonth code amount { amount currency } }
      node(id: $contract) {
        __typename
        ... on Contract {
          id
          code
          unit
          network { id code name }
          routes { route { receipt { id code name } delivery { id code name } } }
        }
      }
    }
  `,
  [EntryFields],
);

export const ReleaseCreditsDocument = graphql(`
  query ReleaseCredits($contract: ID!) {
    releaseCredits(contract: $contract) {
      contractCode
      gasMonth
      releasing { id name }
      demand { amount currency }
      credited { amount currency }
      takenBack { amount currency }
      debtors { party { id name } owed { amount currency } takenBack { amount currency } }
      changes { kind amount { amount currency } entry recordedAt debtor { id name } }
    }
  }
`);

export const StatusDocument = graphql(`
  query SettlementStatus {
    settlementStatus {
      settledThrough
      behindSeconds
      parkedCount
      positions { capacity market }
      parked(first: 50) { stream position topic code reason since network { id code name } }
    }
    transparencyLogs {
      name
      origin
      newest { size root note verifierKey signedAt }
    }
  }
`);

export const CheckpointsDocument = graphql(`
  query Checkpoints {
    transparencyLogs(name: LEDGER) { origin checkpoints(first: 100) { size root signedAt } }
  }
`);

export const ConsistencyDocument = graphql(`
  query Consistency($from: Int!, $to: Int!) {
    transparencyLogs(name: LEDGER) { origin consistency(from: $from, to: $to) }
  }
`);

export const InclusionDocument = graphql(`
  query EntryInclusion($sequence: Int!, $party: String!, $counterparty: String!) {
    entryInclusion(sequence: $sequence) { record file }
    party: parties(search: $party, first: 100) { edges { node { id code } } }
    counterparty: parties(search: $counterparty, first: 100) { edges { node { id code } } }
    transparencyLogs(name: LEDGER) { origin newest { verifierKey } }
  }
`);

export type PartyBalance = ResultOf<typeof PartyBalancesDocument>["partyBalances"]["balances"][number];
export type Entry = ResultOf<typeof EntryFields>;
export type Line = Entry["lines"][number];
export type ContractMonth = ResultOf<typeof ContractMonthDocument>;
export type Status = ResultOf<typeof StatusDocument>;
export type ReleaseCredit = ResultOf<typeof ReleaseCreditsDocument>["releaseCredits"][number];
export type TransparencyLog = Status["transparencyLogs"][number];
