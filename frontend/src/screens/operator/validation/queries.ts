import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const JobsDocument = graphql(`
  query Jobs($network: String!) {
    jobs(network: $network, first: 50) {
      cursor
      edges {
        node {
          id
          kind
          state
          progress
          requestedAt
          finishedAt
          error
          requestedBy { id name }
          validation { gasDay }
        }
      }
    }
  }
`);

export const JobProgressDocument = graphql(`
  subscription JobProgress($id: ID!) {
    jobProgress(id: $id) {
      id
      kind
      state
      progress
      text
      error
      isBeingCancelled
      requestedAt
      finishedAt
      summary
      validation {
        gasDay
        revision
        rightsVersion
        certified
        unrefuted
        witnessed
        witness { quantity node { id code name } }
        binding { id code name }
        pairsProved
        pairsTotal
        nominations
        methods
        solvers
      }
    }
  }
`);

export const ValidateDocument = graphql(`
  mutation ValidateBookings($input: ValidateBookingsInput!) {
    validateBookings(input: $input) {
      __typename
      ... on JobPayload { job { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const CancelJobDocument = graphql(`
  mutation CancelJob($input: CancelJobInput!) {
    cancelJob(input: $input) {
      __typename
      ... on JobPayload { job { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export type ListedJob = ResultOf<typeof JobsDocument>["jobs"]["edges"][number]["node"];
export type Job = ResultOf<typeof JobProgressDocument>["jobProgress"];
export type Validation = NonNullable<Job["validation"]>;
