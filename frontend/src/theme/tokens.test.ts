/** Texts on a canvas or in SVG are seen by no checker of pages: their contrast is held here. */
import { describe, expect, it } from "vitest";
import CSS from "./tokens.css?raw";


function tokensOf(theme: string): ReadonlyMap<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\][^{]*\\{([^}]*)\\}`).exec(CSS)?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})\b/g)].map(([, name = "", value = ""]) => [name, inFull(value)]));
}

/** "#fff" as "#ffffff". */
const inFull = (hex: string): string => (hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex);

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const PAIRS: readonly (readonly [text: string, ground: string])[] = [
  ...["bg-0", "bg-1", "bg-2"].flatMap((ground) => ["fg-0", "fg-1", "fg-2"].map((text) => [text, ground] as const)),
  ["accent", "accent-bg"],
  ["accent", "bg-1"],
  ["on-accent", "accent"],
  ["no", "no-bg"],
  ["no", "bg-1"],
  ["fg-1", "no-bg"],
  ["fg-1", "accent-bg"],
  ["fg-2", "accent-bg"],
  ["bg-1", "fg-0"],
  ["warn", "bg-2"],
  ["warn", "accent-bg"],
  ...["free-0", "free-1", "free-2", "free-3", "free-4", "free-5"].map((ground) => ["fg-0", ground] as const),
  ["on-data", "free-6"],
];

describe.each(["dark", "light"])("%s", (theme) => {
  const tokens = tokensOf(theme);
  it.each(PAIRS)("%s on %s can be read", (text, ground) => {
    expect(contrast(tokens.get(text) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
