/** Bytes, as texts and back, and their SHA-256. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const HASH_BYTES = 32;

/** Browsers hash and verify only on pages that came by HTTPS or from this machine. */
export const canVerify = (): boolean => "subtle" in crypto;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const hex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const isEqual = (one: Bytes, other: Bytes): boolean =>
  one.length === other.length && one.every((byte, place) => byte === other[place]);

export const writeBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

/** What canonical Base64 stands for; undefined for any other text. */
export function readBase64(text: string): Bytes | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return writeBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** A hash as Base64 says it; undefined if it has not 32 bytes. */
export function readHash(text: string): Bytes | undefined {
  const bytes = readBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

export function join(...parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const sha256 = async (...parts: readonly Bytes[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
