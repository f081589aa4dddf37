import type { ResultOf, VariablesOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const ImportNetworkDocument = graphql(`
  mutation ImportNetwork($input: ImportNetworkInput!) {
    importNetwork(input: $input) {
      __typename
      ... on NetworkPayload { network { id code name revision notes } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const PublishRevisionDocument = graphql(`
  mutation PublishRevision($input: PublishRevisionInput!) {
    publishRevision(input: $input) {
      __typename
      ... on NetworkPayload { network { id code name revision notes } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const PublishedNetworksDocument = graphql(`
  query PublishedNetworks {
    networks {
      id
      code
      name
      unit
      currency
      revision
      operator { id name }
      policy { firmLevel }
    }
  }
`);

type ImportAnswer = ResultOf<typeof ImportNetworkDocument>["importNetwork"];
export type Published = Extract<ImportAnswer, { __typename: "NetworkPayload" }>["network"];
export type ImportInput = VariablesOf<typeof ImportNetworkDocument>["input"];
export type PublishedNetwork = ResultOf<typeof PublishedNetworksDocument>["networks"][number];
