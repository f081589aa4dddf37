/** Proofs of inclusion as files (C2SP tlog-proof): place, audit path and checkpoint. */
import type { Bytes } from "./bytes";
import { readHash } from "./bytes";
import { readCount } from "./checkpoint";

const HEADER = "c2sp.org/tlog-proof@v1";
const PLACE = "index ";
const HASHES_MAX = 63;

export interface ProofFile {
  /** The leaf's place, from 0. */
  readonly index: number;
  readonly hashes: readonly Bytes[];
  /** The signed checkpoint. */
  readonly note: string;
}

export function readProofFile(file: string): ProofFile | undefined {
  const end = file.indexOf("\n\n");
  const [header, ...rest] = file.slice(0, Math.max(0, end)).split("\n");
  const [place = "", ...encoded] = rest[0]?.startsWith("extra ") === true ? rest.slice(1) : rest;
  const index = place.startsWith(PLACE) ? readCount(place.slice(PLACE.length)) : undefined;
  if (header !== HEADER || index === undefined || encoded.length > HASHES_MAX) return undefined;
  const hashes = encoded.map(readHash).filter((hash) => hash !== undefined);
  return hashes.length < encoded.length ? undefined : { index, hashes, note: file.slice(end + 2) };
}
