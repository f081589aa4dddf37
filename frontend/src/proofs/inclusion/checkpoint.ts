/** Checkpoints (C2SP tlog-checkpoint): what a log says at one size, as a signed note of origin, size and root. */
import type { Bytes } from "./bytes";
import { readHash } from "./bytes";
import type { Verifier } from "./notes";
import { openNote } from "./notes";

export interface Checkpoint {
  readonly origin: string;
  /** How many leaves the log had. */
  readonly size: number;
  readonly root: Bytes;
}

const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,15})$/;

/** A place or size that a file states; undefined if it is no whole number below 2^53. */
export function readCount(text: string): number | undefined {
  const number = WHOLE_NUMBER.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** What a note says, whether signed or not. */
export const readCheckpoint = (note: string): Checkpoint | undefined => ofText(note.split("\n\n", 1).join(""));

/** What a note says that the verifier has signed under the log's own name; undefined if it has not. */
export async function openCheckpoint(note: string, verifier: Verifier): Promise<Checkpoint | undefined> {
  const text = await openNote(note, verifier);
  const checkpoint = text === undefined ? undefined : ofText(text.slice(0, -1));
  return checkpoint?.origin === verifier.name ? checkpoint : undefined;
}

function ofText(text: string): Checkpoint | undefined {
  const [origin = "", size = "", root = "", ...others] = text.split("\n");
  const [count, hash] = [readCount(size), readHash(root)];
  if (origin === "" || count === undefined || hash === undefined || others.length > 0) return undefined;
  return { origin, size: count, root: hash };
}
