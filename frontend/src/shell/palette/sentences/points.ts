/** Which points some words name: "sink_1", "sink 1", or the beginning of one name or several. */
import { labelOf } from "../../../format/names";
import type { ListedNetwork } from "../../queries";

export type ListedPoint = ListedNetwork["nodes"][number];

export interface NamedPoints {
  /** Several when the words are the beginning of several names. */
  readonly points: readonly ListedPoint[];
  readonly used: number;
}

const WORDS_MAX = 4;
const BEGINNING_MIN = 2;
const CANDIDATES_MAX = 5;

/** "sink_1" and "Sink 1" as one. */
const spaced = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, " ").trim();
const joined = (text: string): string => text.replaceAll(" ", "");

interface Named {
  readonly point: ListedPoint;
  /** By code and by name, in words. */
  readonly names: readonly string[];
  /** The same without spaces. */
  readonly whole: readonly string[];
}

/** Made once for a network, of whose thousands of points each letter that is typed asks. */
const known = new WeakMap<ListedNetwork["nodes"], readonly Named[]>();

function namesOf(nodes: ListedNetwork["nodes"]): readonly Named[] {
  const made = known.get(nodes) ?? nodes.filter(({ role }) => role !== "JUNCTION").map((point): Named => {
    const names = [spaced(point.code), spaced(labelOf(point))];
    return { point, names, whole: names.map(joined) };
  });
  known.set(nodes, made);
  return made;
}

/** The longest name that the words begin with, by its code or its name; else, unless it must be whole, what begins as the first word does. */
export function readPoints(words: readonly string[], { nodes }: ListedNetwork, mustBeWhole: boolean): NamedPoints | undefined {
  const points = namesOf(nodes);
  const word = joined(spaced(words[0] ?? ""));
  for (let used = Math.min(WORDS_MAX, words.length); used > 0; used--) {
    const said = spaced(words.slice(0, used).join(" "));
    const named = points.filter(({ names, whole }) => names.includes(said) || (used === 1 && whole.includes(word)));
    if (named.length > 0) return { points: named.map(({ point }) => point), used };
  }
  if (mustBeWhole || word.length < BEGINNING_MIN) return undefined;
  const begun = points.filter(({ whole }) => whole.some((name) => name.startsWith(word))).slice(0, CANDIDATES_MAX);
  return begun.length === 0 ? undefined : { points: begun.map(({ point }) => point), used: 1 };
}
