import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const OverlaysDocument = graphql(`
  query Overlays($network: String!) {
    network(code: $network) {
      id
      overlays {
        id
        kind
        factor
        reason
        setAt
        period { start end }
        edge { id code name }
      }
    }
  }
`);

export const SetOverlayDocument = graphql(`
  mutation SetOverlay($input: SetOverlayInput!) {
    setOverlay(input: $input) {
      __typename
      ... on OverlayPayload { overlay { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const WithdrawOverlayDocument = graphql(`
  mutation WithdrawOverlay($input: WithdrawOverlayInput!) {
    withdrawOverlay(input: $input) {
      __typename
      ... on OverlayPayload { overlay { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

/** Who relies on an edge: the rights that can force gas through it, day by day. */
export const EdgeLoadDocument = graphql(`
  query EdgeLoad($network: String!, $edge: String!, $period: PeriodInput!) {
    elementUse(network: $network, edge: $edge, period: $period) {
      edge { id tail { id code name } head { id code name } }
      stretches {
        period { start end }
        uses {
          direction
          capacity
          worst
          contracts { code quantity holder { id name } }
          setAside { quantity }
        }
      }
    }
  }
`);

export type SetOverlay = ResultOf<typeof OverlaysDocument>["network"]["overlays"][number];
export type EdgeLoad = ResultOf<typeof EdgeLoadDocument>["elementUse"];
