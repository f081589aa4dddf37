/** Where in a file a fault is, and what stands there. */
import { countOfText } from "../../../format/amounts";

export interface Place {
  readonly line: number | undefined;
  readonly element: string;
}

/** What follows the name of the file: ":12 pipe p1". */
const AFTER_NAME = /^(?::(?<line>\d{1,9}))?(?: (?<element>.*))?$/;
/** A place within a file of an archive, whose name is not known: "inner.cs:4 station s". */
const WITHIN = /^\S+:(?<line>\d{1,9})(?: (?<element>.*))?$/;

/** Read "gaslib.net:12 pipe p1": line and element, as far as they are known. */
export function placeIn(fileName: string, place: string | null): Place {
  if (place === null) return { line: undefined, element: "" };
  const found = place.startsWith(fileName) ? AFTER_NAME.exec(place.slice(fileName.length)) : WITHIN.exec(place);
  if (found === null) return { line: undefined, element: place };
  const { line, element = "" } = found.groups ?? {};
  return { line: line === undefined ? undefined : countOfText(line), element };
}

const EXCERPT_MAX = 160;

/** A line of a text, cut to what fits; undefined where there is none. */
export const lineOf = (lines: readonly string[], line: number | undefined): string | undefined =>
  line === undefined ? undefined : lines[line - 1]?.trim().slice(0, EXCERPT_MAX);

/** Files of text, whose lines can be shown. */
export const isText = (name: string): boolean => !name.toLowerCase().endsWith(".zip");
