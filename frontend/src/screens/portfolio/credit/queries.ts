import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const OwnCreditDocument = graphql(`
  query OwnCredit($network: String!) {
    credit(network: $network) {
      suspension { reason }
      usages {
        limit { code framework }
        allowed { amount currency }
        used { amount currency }
        remaining { amount currency }
        locks {
          cause
          subjectId
          contractCode
          period { start end }
          terms { kind amount }
          factor
          amount { amount currency }
        }
      }
    }
  }
`);

export type Usage = ResultOf<typeof OwnCreditDocument>["credit"]["usages"][number];
export type Lock = Usage["locks"][number];
