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
const plain = (text: string): string => spaced(text).replaceAll(" ", "");

const isPoint = ({ role }: ListedPoint): boolean => role !== "JUNCTION";

/** The longest name that the words begin with, by its code or its name; else, unless it must be whole, what begins as the first word does. */
export function readPoints(words: readonly string[], { nodes }: ListedNetwork, mustBeWhole: boolean): NamedPoints | undefined {
  const points = nodes.filter(isPoint);
  const [word = ""] = words;
  for (let used = Math.min(WORDS_MAX, words.length); used > 0; used--) {
    const said = spaced(words.slice(0, used).join(" "));
    const isSaid = (name: string): boolean => spaced(name) === said || (used === 1 && plain(name) === plain(word));
    const named = points.filter((point) => isSaid(point.code) || isSaid(labelOf(point)));
    if (named.length > 0) return { points: named, used };
  }
  if (mustBeWhole || plain(word).length < BEGINNING_MIN) return undefined;
  const begun = points.filter((point) => plain(point.code).startsWith(plain(word)) || plain(labelOf(point)).startsWith(plain(word)));
  return begun.length === 0 ? undefined : { points: begun.slice(0, CANDIDATES_MAX), used: 1 };
}
