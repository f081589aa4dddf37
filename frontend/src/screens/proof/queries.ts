import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const ProvedContractDocument = graphql(`
  query ProvedContract($id: ID!) {
    contract(id: $id) {
      id
      code
      unit
      network { id code }
      firmness
      period { start end }
      routes { quantity route { kind receipt { id code name } delivery { id code name } } }
      proof { level outcome isDerived }
      verdict { level demandedLevel solver solverVersion rightsVersion decidedAt reason }
    }
  }
`);

export const ProofDocumentsDocument = graphql(`
  query ProofDocuments($contract: ID!) {
    proofDocuments(contract: $contract) { network: revision proof }
  }
`);

export type ProvedContract = ResultOf<typeof ProvedContractDocument>["contract"];
