/** Whether a record is in a transparency log, as its proof file says: nothing here asks or trusts a server. */
import { canVerify, hex, sha256, utf8 } from "./bytes";
import { openCheckpoint, readCheckpoint } from "./checkpoint";
import { leafHash, provesInclusion } from "./merkle";
import { readVerifier } from "./notes";
import { readProofFile } from "./proofFile";

export interface CheckedInclusion {
  readonly kind: "checked";
  /** The SHA-256 of the record, in hexadecimal: what the leaf is made of. */
  readonly digest: string;
  /** The leaf's place, from 0. */
  readonly index: number;
  /** How many leaves the checkpoint covers. */
  readonly size: number;
  readonly origin: string;
  readonly root: string;
  /** Whether the path leads from the record to the root of the checkpoint. */
  readonly isIncluded: boolean;
  /** Whether the key has signed the checkpoint. */
  readonly isSigned: boolean;
}

export type Fault = "KEY_UNREADABLE" | "PROOF_UNREADABLE" | "UNABLE";

export type InclusionCheck = CheckedInclusion | { readonly kind: "fault"; readonly fault: Fault };

const faulty = (fault: Fault): InclusionCheck => ({ kind: "fault", fault });

/** Check the proof file of a record by the verifier key of the log. */
export async function checkInclusion(record: string, file: string, key: string): Promise<InclusionCheck> {
  try {
    return canVerify() ? await check(record, file, key) : faulty("UNABLE");
  } catch {
    // What the browser refuses to do, such as Ed25519 in older ones, proves nothing.
    return faulty("UNABLE");
  }
}

async function check(record: string, file: string, key: string): Promise<InclusionCheck> {
  const verifier = await readVerifier(key);
  if (verifier === undefined) return faulty("KEY_UNREADABLE");
  const proof = readProofFile(file);
  const stated = proof === undefined ? undefined : readCheckpoint(proof.note);
  if (proof === undefined || stated === undefined) return faulty("PROOF_UNREADABLE");
  const digest = await sha256(utf8(record));
  const leaf = await leafHash(digest);
  const signed = await openCheckpoint(proof.note, verifier);
  return {
    kind: "checked",
    digest: hex(digest),
    index: proof.index,
    size: stated.size,
    origin: stated.origin,
    root: hex(stated.root),
    isIncluded: await provesInclusion({ leaf, index: proof.index, size: stated.size, hashes: proof.hashes, root: stated.root }),
    isSigned: signed !== undefined,
  };
}

export const holds = (check: InclusionCheck): boolean => check.kind === "checked" && check.isIncluded && check.isSigned;
