/** Why a command was refused, whichever it was. */
import { graphql } from "../../../api/graphql";
import type { Quantity } from "../../../format/amounts";
import type { Days } from "../../../format/days";

/** What every refusal says. Those with more say it where they are asked about. */
export interface Problem {
  /** Of the API, or of this frontend. */
  readonly code: string;
  readonly message: string;
  readonly faults?: readonly { readonly path: readonly string[]; readonly message: string }[];
  /** The most that one's credit is enough for. */
  readonly largestQuantity?: Quantity;
  readonly free?: readonly { readonly period: Days; readonly quantity: Quantity }[];
}

export const ProblemFields = graphql(`
  fragment ProblemFields on Problem @_unmask {
    __typename
    code
    message
    ... on InvalidInputProblem { faults { path message } }
    ... on CreditExceededProblem { largestQuantity }
    ... on CapacityNotHeldProblem { free { period { start end } quantity } }
  }
`);

export const isProblem = (answer: object): answer is Problem => "code" in answer && "message" in answer;
