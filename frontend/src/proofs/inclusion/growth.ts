/** Whether a log has only grown from one signed checkpoint to another. */
import { canVerify, readHash } from "./bytes";
import { openCheckpoint } from "./checkpoint";
import { provesConsistency } from "./merkle";
import { readVerifier } from "./notes";

export type Growth =
  /** No earlier checkpoint of this log was seen, that this key has signed. */
  | { readonly kind: "first"; readonly size: number }
  | { readonly kind: "grown"; readonly from: number; readonly size: number }
  /** The newer checkpoint is of a smaller log, or does not extend the earlier one: two histories were signed. */
  | { readonly kind: "fork"; readonly from: number; readonly size: number }
  | { readonly kind: "unsigned" }
  /** The browser cannot verify, or the proof could not be asked for. */
  | { readonly kind: "unable" };

/** Asks for the proof that the tree of one size begins that of another: hashes in Base64; undefined if no answer came. */
type AskConsistency = (from: number, to: number) => Promise<readonly string[] | undefined>;

/** Check the newest checkpoint of a log against one that was seen before, by the log's verifier key. */
export async function checkGrowth(seen: string | undefined, newest: string, key: string, ask: AskConsistency): Promise<Growth> {
  try {
    return canVerify() ? await check(seen, newest, key, ask) : { kind: "unable" };
  } catch {
    return { kind: "unable" };
  }
}

async function check(seen: string | undefined, newest: string, key: string, ask: AskConsistency): Promise<Growth> {
  const verifier = await readVerifier(key);
  const checkpoint = verifier === undefined ? undefined : await openCheckpoint(newest, verifier);
  if (verifier === undefined || checkpoint === undefined) return { kind: "unsigned" };
  const before = seen === undefined ? undefined : await openCheckpoint(seen, verifier);
  const size = checkpoint.size;
  if (before === undefined || before.size === 0) return { kind: "first", size };
  const from = before.size;
  if (size < from) return { kind: "fork", from, size };
  const answer = size === from ? [] : await ask(from, size);
  if (answer === undefined) return { kind: "unable" };
  const hashes = answer.map(readHash).filter((hash) => hash !== undefined);
  const isExtended = await provesConsistency({ oldSize: from, newSize: size, oldRoot: before.root, newRoot: checkpoint.root, hashes });
  return { kind: isExtended ? "grown" : "fork", from, size };
}
