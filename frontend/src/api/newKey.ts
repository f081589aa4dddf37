/** A key under which a command is carried out once: random, also where the page came without TLS and `crypto.randomUUID` is not there. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
