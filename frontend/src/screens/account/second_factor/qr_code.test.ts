/** Compared with what Python's qrcode 8.2 makes of the same texts with the same version, level and mask. */
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
    ["otpauth://totp/Linepack:a@b.example?secret=JBSWY3DPEHPK3PXP&issuer=Linepack", 33, "941516f3aeb4eead55275527b12f316eb51f470da24b52382f2886bb74f33603"],
    ["b".repeat(104), 37, "5553e981a7aa7a1eafc6ccff20aa05c1c55d18bd7d302a8406b343d957b12c05"],
    ["c".repeat(130), 41, "b6061755c57f26f03476dec08757cdc774dc7ae7566b86cb757589f5366c08cc"],
    [`otpauth://totp/Linepack%3Aaccounts%40nordwind.test?${ENROLMENT}`, 45, "c970ca35f23aaf412b1c3a94a1e5db98f062a612ace749545430242db7bb7c3e"],
    [
      `otpauth://totp/Linepack%3Along.address.long.address.long.address.accounts%40nordwind.test?${ENROLMENT}`,
      49,
      "36d0fc862e5525b0561982a85df05cc1a168c7aa735151fab5473259330a2d3b",
    ],
    ["a".repeat(230), 53, "77689d53a42a80fcf3d8f8f7fc35fe83f9af53eb27eb40a35b2f09e6a118313f"],
  ])("of %s", async (text, size, digest) => {
    const made = rows(text);
    expect(made).toHaveLength(size);
    expect(await sha256(made.join("\n"))).toBe(digest);
  });

  it("is not made of a text that is too long", () => {
    expect(qrCode("a".repeat(231))).toBeUndefined();
  });
});
