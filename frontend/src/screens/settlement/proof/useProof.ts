/** Asks for the proof of an entry and checks it here, in the browser. */
import { useEffect, useState } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { useStore } from "../../../api/store";
import type { InclusionCheck } from "../../../proofs/inclusion/inclusion";
import { checkInclusion } from "../../../proofs/inclusion/inclusion";
import type { Line } from "../queries";
import { InclusionDocument } from "../queries";
import type { SideIds } from "./recordLine";
import { trustedKey } from "./trusted";

export interface Proof {
  readonly record: string;
  readonly file: string;
  /** The key it was checked by, and whether the operator gave it by another way than this server. */
  readonly key: string;
  readonly isTrusted: boolean;
  readonly check: InclusionCheck;
  /** The ids of the parties whose codes the charge shows. */
  readonly sides: SideIds;
}

type Sides = Pick<Line, "counterpartyCode" | "partyCode">;
type Found = ResultOf<typeof InclusionDocument>["party"] | undefined;

const idOf = (found: Found, code: string): string | undefined => found?.edges.find(({ node }) => node.code === code)?.node.id;

interface AskedProof {
  readonly proof: Proof | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

export function useProof(sequence: number, { partyCode, counterpartyCode }: Sides, isWanted: boolean): AskedProof {
  const trusted = useStore(trustedKey);
  const variables = { sequence, party: partyCode, counterparty: counterpartyCode };
  const [{ data, error }, ask] = useQuery({ query: InclusionDocument, variables, pause: !isWanted, requestPolicy: "network-only" });
  const [proof, setProof] = useState<Omit<Proof, "sides">>();
  const { record = null, file = "" } = data?.entryInclusion ?? {};
  const key = trusted ?? data?.transparencyLogs[0]?.newest.verifierKey;
  useEffect(() => {
    if (record === null || key === undefined) return undefined;
    let isOver = false;
    void checkInclusion(record, file, key).then((check) => {
      if (!isOver) setProof({ record, file, key, isTrusted: key === trusted, check });
    });
    return () => { isOver = true; };
  }, [record, file, key, trusted]);
  const [party, counterparty] = [idOf(data?.party, partyCode), idOf(data?.counterparty, counterpartyCode)];
  const isCurrent = proof?.record === record && proof.file === file && proof.key === key;
  return { proof: isCurrent ? { ...proof, sides: { party, counterparty } } : undefined, error, onRetry: () => { ask({ requestPolicy: "network-only" }); } };
}
