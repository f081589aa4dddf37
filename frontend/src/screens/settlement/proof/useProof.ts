/** Asks for the proof of an entry and checks it here, in the browser. */
import { useEffect, useState } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { useStore } from "../../../api/store";
import type { InclusionCheck } from "../../../proofs/inclusion/inclusion";
import { checkInclusion } from "../../../proofs/inclusion/inclusion";
import { InclusionDocument } from "../queries";
import { trustedKey } from "./trusted";

export interface Proof {
  readonly record: string;
  readonly file: string;
  /** The key it was checked by, and whether the operator gave it by another way than this server. */
  readonly key: string;
  readonly isTrusted: boolean;
  readonly check: InclusionCheck;
}

interface AskedProof {
  readonly proof: Proof | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

export function useProof(sequence: number, isWanted: boolean): AskedProof {
  const trusted = useStore(trustedKey);
  const [{ data, error }, ask] = useQuery({ query: InclusionDocument, variables: { sequence }, pause: !isWanted, requestPolicy: "network-only" });
  const [proof, setProof] = useState<Proof>();
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
  const isCurrent = proof?.record === record && proof.file === file && proof.key === key;
  return { proof: isCurrent ? proof : undefined, error, onRetry: () => { ask({ requestPolicy: "network-only" }); } };
}
