import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { sha256 } from "./sha256";

it("is the SHA-256 of every length of text", () => {
  for (const text of ["", "abc", "é".repeat(1000), ...Array.from({ length: 130 }, (_, length) => "a".repeat(length))]) {
    expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
  }
});
