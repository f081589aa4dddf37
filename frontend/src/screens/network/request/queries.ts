/** What a request asks: whether it fits, at what price, and what could be had instead; and the booking itself. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

const CutEdgeFields = graphql(`
  fragment CutEdgeFields on CutEdge @_unmask {
    capacity
    edge { id code name }
    tail { id code name }
    head { id code name }
  }
`);

const ChargeFields = graphql(`
  fragment ChargeFields on TariffCharge @_unmask {
    amount { amount currency }
    isEstimate
    working
  }
`);

const RouteFields = graphql(`
  fragment RouteFields on Route @_unmask {
    kind
    receipt { id code }
    delivery { id code }
  }
`);

const ShortageFields = graphql(`
  fragment ShortageFields on PressureShortage @_unmask {
    text
    pressureBar
    limitBar
    missingBar
    node { id code name }
    limitingEdge { id code name }
    periods { start end }
  }
`);

const ExhaustedFields = graphql(
  `
    fragment ExhaustedFields on CapacityExhaustedProblem @_unmask {
      message
      boundThroughout
      largestThroughout
      largest {
        period { start end }
        quantity
        bound
        missing
        limit { kind text edges { ...CutEdgeFields } }
      }
      bottlenecks {
        text
        capacity
        demand
        missing
        periods { start end days }
        nodes { id code }
        edges { ...CutEdgeFields }
      }
      shortages { ...ShortageFields }
      alternatives {
        bookings {
          kind
          firmness
          quantity
          gain
          level
          period { start end }
          route { ...RouteFields }
          charge { ...ChargeFields }
        }
        listings { gain listing { id kind remaining pricePerUnitDay currency capacity { period { start end } } } }
        releases { gain release { id } }
      }
      verdict { level solver solverVersion rightsVersion decidedAt }
    }
  `,
  [CutEdgeFields, ChargeFields, RouteFields, ShortageFields],
);

const AnswerFields = graphql(
  `
    fragment AnswerFields on DryRunBookCapacityResult @_unmask {
      __typename
      ... on DryRunBookCapacityPayload {
        charge { ...ChargeFields }
        verdict { level demandedLevel reason solver solverVersion rightsVersion decidedAt }
      }
      ... on CapacityExhaustedProblem { ...ExhaustedFields }
      ... on NotDecidedProblem { message verdict { level reason largestThroughout rightsVersion } }
      ... on InvalidInputProblem { message faults { path message } }
      ... on Problem { code message path }
    }
  `,
  [ChargeFields, ExhaustedFields],
);

export const DryRunProgressDocument = graphql(
  `
    subscription DryRunProgress($input: CapacityRequestInput!) {
      dryRunBookCapacity(input: $input) {
        level
        mostThroughout
        most { period { start end } quantity }
        answer { ...AnswerFields }
      }
    }
  `,
  [AnswerFields],
);

export const PriceDocument = graphql(
  `
    query Price($input: CapacityRequestInput!) {
      dryRunBookCapacity(input: $input) { ...AnswerFields }
    }
  `,
  [AnswerFields],
);

export const BookDocument = graphql(
  `
    mutation Book($input: BookCapacityInput!) {
      bookCapacity(input: $input) {
        __typename
        ... on BookCapacityPayload {
          contract { id code }
          charge { ...ChargeFields }
        }
        ... on CapacityExhaustedProblem { ...ExhaustedFields }
        ... on InvalidInputProblem { message faults { path message } }
        ... on Problem { code message path }
      }
    }
  `,
  [ChargeFields, ExhaustedFields],
);

export type Answer = ResultOf<typeof AnswerFields>;
export type Possible = Extract<Answer, { __typename: "DryRunBookCapacityPayload" }>;
export type Refusal = ResultOf<typeof ExhaustedFields>;
export type BookingAlternative = Refusal["alternatives"]["bookings"][number];
export type Charge = ResultOf<typeof ChargeFields>;
export type Booked = Extract<ResultOf<typeof BookDocument>["bookCapacity"], { __typename: "BookCapacityPayload" }>;
