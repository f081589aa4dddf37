/** A call in full with the orders on it that one may see, and the commands on it. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";
import { ProblemFields } from "../act/problem";
import { CallFields } from "../queries";

export const CallDocument = graphql(
  `
    query Call($id: ID!) {
      node(id: $id) { __typename ... on CallForOrders { ...CallFields } }
      orders(call: $id, first: 100) {
        edges { node { id state quantity pricePerUnitDay acceptBy placedAt party { id name } period { start end } } }
      }
    }
  `,
  [CallFields],
);

export const PlaceOrderDocument = graphql(
  `
    mutation PlaceOrder($input: PlaceOrderInput!) {
      placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const AcceptOrderDocument = graphql(
  `
    mutation AcceptOrder($input: AcceptOrderInput!) {
      acceptOrder(input: $input) {
        __typename
        ... on AcceptOrderPayload { trade { id } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const CloseCallDocument = graphql(
  `
    mutation CloseCall($input: CloseCallInput!) {
      closeCall(input: $input) {
        __typename
        ... on CallPayload { call { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export type Order = ResultOf<typeof CallDocument>["orders"]["edges"][number]["node"];
