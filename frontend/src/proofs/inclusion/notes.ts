/** Signed notes and verifier keys as C2SP signed-note defines them, with Ed25519: `name+key id+key`. */
import type { Bytes } from "./bytes";
import { hex, join, readBase64, sha256, utf8 } from "./bytes";

const ED25519 = 1;
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const NOTE_LENGTH_MAX = 100_000;
const SIGNATURES_MAX = 100;
const MARK = "\u2014 ";

export interface Verifier {
  /** The log's origin, which signs under its own name. */
  readonly name: string;
  /** The first four bytes of the hash of name and key, by which a signature names the key. */
  readonly keyId: string;
  readonly publicKey: Bytes;
}

/** Read a verifier key; undefined if it is none, or its id is not that of its name and key. */
export async function readVerifier(text: string): Promise<Verifier | undefined> {
  const [name = "", keyId = "", ...rest] = text.trim().split("+");
  const key = readBase64(rest.join("+"));
  if (name === "" || /\s/u.test(name) || key?.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== ED25519) return undefined;
  const id = hex((await sha256(utf8(`${name}\n`), key)).slice(0, KEY_ID_BYTES));
  return id === keyId ? { name, keyId, publicKey: key.slice(1) } : undefined;
}

/**
 * The text of a note that the verifier has signed; undefined if it has not, or the note is none. Signatures of
 * other keys are ignored, a wrong one of this key is not.
 */
export async function openNote(note: string, verifier: Verifier): Promise<string | undefined> {
  const end = note.lastIndexOf("\n\n");
  if (note.length > NOTE_LENGTH_MAX || hasControlCharacters(note) || end <= 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) return undefined;
  let isSigned = false;
  for (const line of lines) {
    const signature = readSignature(line);
    if (signature === undefined) return undefined;
    if (signature.name !== verifier.name || signature.keyId !== verifier.keyId) continue;
    if (!(await accepts(verifier, text, signature.bytes))) return undefined;
    isSigned = true;
  }
  return isSigned ? text : undefined;
}

const hasControlCharacters = (note: string): boolean => Array.from(note).some((character) => character < " " && character !== "\n");

async function accepts({ publicKey }: Verifier, text: string, signature: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, join(utf8(text)));
}

interface Signature {
  readonly name: string;
  readonly keyId: string;
  readonly bytes: Bytes;
}

function readSignature(line: string): Signature | undefined {
  if (!line.startsWith(MARK)) return undefined;
  const [name = "", ...encoded] = line.slice(MARK.length).split(" ");
  const bytes = readBase64(encoded.join(" "));
  if (name === "" || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: hex(bytes.slice(0, KEY_ID_BYTES)), bytes: bytes.slice(KEY_ID_BYTES) };
}
