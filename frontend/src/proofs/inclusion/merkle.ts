/**
 * Merkle trees as RFC 6962 defines them, with SHA-256: proofs that a leaf is in a tree, and that a tree has only
 * grown, by the algorithms of RFC 9162 (2.1.3.2 and 2.1.4.2). Places and sizes are whole numbers below 2^53.
 */
import type { Bytes } from "./bytes";
import { isEqual, sha256 } from "./bytes";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (data: Bytes): Promise<Bytes> => sha256(LEAF, data);

const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(NODE, left, right);

export interface Inclusion {
  readonly leaf: Bytes;
  readonly index: number;
  readonly size: number;
  /** The audit path, from the leaf upwards. */
  readonly hashes: readonly Bytes[];
  readonly root: Bytes;
}

/** Whether the hashes have the leaf at `index` of the tree of `size` leaves and this root. */
export async function provesInclusion({ leaf, index, size, hashes, root }: Inclusion): Promise<boolean> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let place: Place = { at: index, last: size - 1 };
  let found = leaf;
  for (const sibling of hashes) {
    if (place.last === 0) return false;
    if (isOnTheRight(place)) {
      found = await nodeHash(sibling, found);
      place = toRightChild(place);
    } else {
      found = await nodeHash(found, sibling);
    }
    place = above(place);
  }
  return place.last === 0 && isEqual(found, root);
}

export interface Consistency {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Bytes;
  readonly newRoot: Bytes;
  readonly hashes: readonly Bytes[];
}

/** Whether the hashes show that the old tree is the beginning of the new one; both have leaves. */
export async function provesConsistency({ oldSize, newSize, oldRoot, newRoot, hashes }: Consistency): Promise<boolean> {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return false;
  if (oldSize === newSize) return hashes.length === 0 && isEqual(oldRoot, newRoot);
  let place: Place = { at: oldSize - 1, last: newSize - 1 };
  if (oldSize <= 0 || oldSize > newSize || hashes.length === 0) return false;
  while (!isEven(place.at)) place = above(place);
  const isPerfect = place.at === 0;
  const [first = oldRoot, ...others] = isPerfect ? [oldRoot, ...hashes] : hashes;
  let [foundOld, foundNew] = [first, first];
  for (const sibling of others) {
    if (place.last === 0) return false;
    if (isOnTheRight(place)) {
      [foundOld, foundNew] = [await nodeHash(sibling, foundOld), await nodeHash(sibling, foundNew)];
      place = toRightChild(place);
    } else {
      foundNew = await nodeHash(foundNew, sibling);
    }
    place = above(place);
  }
  return place.last === 0 && isEqual(foundOld, oldRoot) && isEqual(foundNew, newRoot);
}

/** A node of a level of the tree, and the last one there. */
interface Place {
  readonly at: number;
  readonly last: number;
}

const isEven = (number: number): boolean => number % 2 === 0;

const isOnTheRight = ({ at, last }: Place): boolean => !isEven(at) || at === last;

const above = ({ at, last }: Place): Place => ({ at: Math.floor(at / 2), last: Math.floor(last / 2) });

/** Up over the levels on which the node has no sibling. */
function toRightChild(place: Place): Place {
  let risen = place;
  while (risen.at !== 0 && isEven(risen.at)) risen = above(risen);
  return risen;
}
