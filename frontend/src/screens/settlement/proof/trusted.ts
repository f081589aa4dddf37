/**
 * What this browser trusts of the log: the verifier key that the operator gave by another way than this server, and
 * the newest checkpoint that it was shown and that key had signed. Neither is a secret.
 */
import { keep, readKept } from "../../../api/kept";
import { createStore } from "../../../api/store";

const KEY = "linepack.log.key";
const CHECKPOINT = "linepack.log.checkpoint";

export const trustedKey = createStore<string | undefined>(readKept(KEY));

export function trustKey(key: string | undefined): void {
  trustedKey.set(key);
  keep(KEY, key);
}

/** The signed note of the newest checkpoint that this browser has checked. */
export const seenCheckpoint = (): string | undefined => readKept(CHECKPOINT);

export const rememberCheckpoint = (note: string): void => { keep(CHECKPOINT, note); };
