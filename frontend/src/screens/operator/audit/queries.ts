import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const AuditDocument = graphql(`
  query Audit {
    settlementStatus {
      settledThrough
      behindSeconds
      parkedCount
      positions { capacity market }
      parked(first: 50) {
        stream
        position
        topic
        code
        reason
        since
        network { id code }
      }
    }
    transparencyLogs {
      name
      origin
      newest { size root signedAt verifierKey }
    }
  }
`);

export type SettlementStatus = ResultOf<typeof AuditDocument>["settlementStatus"];
export type TransparencyLog = ResultOf<typeof AuditDocument>["transparencyLogs"][number];
