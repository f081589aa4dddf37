/** Where in a file a fault is, and what stands there. */

import { countOfText } from "../../../format/amounts";

export interface Place {
  readonly line: number | undefined;
  readonly element: string;
}

/** "gaslib.net:12 pipe p1", "dangling.m mpc.pipe row 2": file, line and element, as far as they are known. */
const PLACE = /^(?<file>.+?)(?::(?<line>\d{1,9}))?(?: (?<element>.*))?$/;

/** The file's name, which may hold spaces and colons, is known: what follows it is the rest. */
export function placeIn(fileName: string, place: string | null): Place {
  if (place === null) return { line: undefined, element: "" };
  const rest = place.startsWith(fileName) ? `-${place.slice(fileName.length)}` : place;
  const { line, element = "" } = PLACE.exec(rest)?.groups ?? {};
  return { line: line === undefined ? undefined : countOfText(line), element: place.startsWith(fileName) || line !== undefined ? element : place };
}

const EXCERPT_MAX = 160;

/** A line of a text, cut to what fits; undefined where there is none. */
export const lineOf = (lines: readonly string[], line: number | undefined): string | undefined =>
  line === undefined ? undefined : lines[line - 1]?.trim().slice(0, EXCERPT_MAX);

/** Files of text, whose lines can be shown. */
export const isText = (name: string): boolean => !name.toLowerCase().endsWith(".zip");
