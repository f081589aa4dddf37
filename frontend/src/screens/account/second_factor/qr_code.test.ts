/** Compared with what segno 1.6 makes of the same texts with the same version, level and mask. */
import { describe, expect, it } from "vitest";
import { qrCode } from "./qr_code";

const ENROLMENT = "secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Linepack&algorithm=SHA1&digits=6&period=30";

const rows = (text: string): string[] => (qrCode(text) ?? []).map((row) => row.map((isDark) => (isDark ? "#" : ".")).join(""));

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("a QR code", () => {
  it.each([
    ["otpauth://totp/Linepack:a@b.example?secret=JBSWY3DPEHPK3PXP&issuer=Linepack", 33, "d6f0b87d279025fcb75cf38dca8e76eedd88eae19595ed61876be1dc69c6fa00"],
    [`otpauth://totp/Linepack%3Aaccounts%40nordwind.test?${ENROLMENT}`, 49, "96766a4c377a95c0099f9b0b29378d75893594e88ad9fe7db94cfe076abc4520"],
    [
      `otpauth://totp/Linepack%3Along.address.long.address.long.address.accounts%40nordwind.test?${ENROLMENT}`,
      53,
      "99814822c7601900893938a33f4bacf5f19486df06bab3867ebd03a803878b3a",
    ],
  ])("of %s", async (text, size, digest) => {
    const made = rows(text);
    expect(made).toHaveLength(size);
    expect(await sha256(made.join("\n"))).toBe(digest);
  });

  it("is not made of a text that is too long", () => {
    expect(qrCode("a".repeat(230))).toBeDefined();
    expect(qrCode("a".repeat(231))).toBeUndefined();
  });
});
