/**
 * What the platform proves is accepted, and no attack or mutation of it. `vectors.json` is made by the platform
 * itself: `python -m tests.unit.linepack.transparency.browser_vectors` (a test holds it to what is made today).
 */
import { describe, expect, it } from "vitest";
import { readBase64, writeBase64 } from "./bytes";
import { openCheckpoint } from "./checkpoint";
import { checkInclusion, holds } from "./inclusion";
import { provesConsistency, provesInclusion } from "./merkle";
import { readVerifier } from "./notes";
import vectors from "./vectors.json";

type Case = (typeof vectors.cases)[number];
type Entry = (typeof vectors.entries)[number];

const hash = (text: string) => {
  const bytes = readBase64(text);
  if (bytes === undefined) throw new Error(`not Base64: ${text}`);
  return bytes;
};

async function accepts({ vkey, note, old_note: oldNote, leaf, index, proof }: Case): Promise<boolean> {
  const verifier = await readVerifier(vkey);
  const checkpoint = verifier === undefined ? undefined : await openCheckpoint(note, verifier);
  if (verifier === undefined || checkpoint === undefined) return false;
  const hashes = proof.map(hash);
  if (leaf !== null) return provesInclusion({ leaf: hash(leaf), index, size: checkpoint.size, hashes, root: checkpoint.root });
  if (oldNote === null) return true;
  const old = await openCheckpoint(oldNote, verifier);
  if (old === undefined) return false;
  return provesConsistency({ oldSize: old.size, newSize: checkpoint.size, oldRoot: old.root, newRoot: checkpoint.root, hashes });
}

describe("what a verifier is shown", () => {
  it.each(vectors.cases)("$name: $is_true", async (shown) => {
    expect(await accepts(shown)).toBe(shown.is_true);
  });
});

describe("entries of the ledger", () => {
  it.each(vectors.entries)("$index of $size is proved", async ({ record, file, index, size, digest }) => {
    const check = await checkInclusion(record, file, vectors.key);
    expect(check).toMatchObject({ kind: "checked", index, size, digest, isIncluded: true, isSigned: true });
  });

  it("is not proved by a path to another checkpoint, though that is signed", async () => {
    const [, , first, second] = vectors.entries;
    if (first === undefined || second === undefined) throw new Error("too few vectors");
    const swapped = `${first.file.slice(0, first.file.indexOf("\n\n"))}\n\n${second.file.slice(second.file.indexOf("\n\n") + 2)}`;
    expect(await checkInclusion(first.record, swapped, vectors.key)).toMatchObject({ isIncluded: false, isSigned: true });
  });

  it("is not proved by a checkpoint of another key", async () => {
    for (const { record, file } of vectors.entries) {
      expect(await checkInclusion(record, file, vectors.otherKey)).toMatchObject({ isIncluded: true, isSigned: false });
    }
  });

  it("says that a key, or a proof, cannot be read", async () => {
    const [{ record, file } = { record: "", file: "" }] = vectors.entries;
    expect(await checkInclusion(record, file, vectors.key.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))).toEqual({ kind: "fault", fault: "KEY_UNREADABLE" });
    expect(await checkInclusion(record, file.slice(1), vectors.key)).toEqual({ kind: "fault", fault: "PROOF_UNREADABLE" });
  });
});

const MUTATIONS = 1_000;

/** Numbers that are the same in each run: a linear congruential generator. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const LETTERS = "ABCabc012+/=\n {}\":,";

/** A text with one letter changed, left out, put in, or a line doubled or lost. */
function mutated(text: string, draw: (below: number) => number): string {
  const at = draw(text.length);
  const letter = LETTERS.charAt(draw(LETTERS.length));
  const lines = text.split("\n");
  const line = draw(lines.length);
  switch (draw(5)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + letter + text.slice(at);
    case 3:
      return [...lines.slice(0, line), ...lines.slice(line + 1)].join("\n");
    default:
      // The same signature twice signs as well as once.
      return lines[line]?.startsWith("\u2014 ") === true ? text : [...lines.slice(0, line + 1), ...lines.slice(line)].join("\n");
  }
}

/** The proof with one bit of one of its hashes turned over. */
function withOtherHash(file: string, draw: (below: number) => number): string {
  const lines = file.split("\n");
  const places = lines.map((line, place) => (readBase64(line)?.length === 32 ? place : -1)).filter((place) => place >= 0);
  const place = places[draw(places.length)];
  const bytes = place === undefined ? undefined : readBase64(lines[place] ?? "");
  if (place === undefined || bytes === undefined) throw new Error("a proof has a hash");
  const byte = draw(32);
  bytes[byte] = (bytes[byte] ?? 0) ^ (1 << draw(8));
  return lines.with(place, writeBase64(bytes)).join("\n");
}

describe("mutations", () => {
  it(`rejects all ${String(MUTATIONS)}`, async () => {
    const draw = numbers(20_261_201);
    const accepted: string[] = [];
    let tried = 0;
    while (tried < MUTATIONS) {
      const entry: Entry | undefined = vectors.entries[draw(vectors.entries.length)];
      if (entry === undefined) throw new Error("there are entries");
      const kind = draw(3);
      const record = kind === 0 ? mutated(entry.record, draw) : entry.record;
      const file = kind === 1 ? mutated(entry.file, draw) : kind === 2 ? withOtherHash(entry.file, draw) : entry.file;
      if (record === entry.record && file === entry.file) continue;
      tried++;
      if (holds(await checkInclusion(record, file, vectors.key))) accepted.push(JSON.stringify({ record, file }));
    }
    expect(accepted).toEqual([]);
  });
});
