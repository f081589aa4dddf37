/** Places in the ledger, as addresses hold them: an entry by its sequence, a line as "73.0". */

/** A line of the ledger: its entry's sequence, and its place there. */
export interface LineRef {
  readonly sequence: number;
  readonly line: number;
}

const SEQUENCE = /^[1-9]\d{0,8}$/;
const LINE = /^([1-9]\d{0,8})\.(0|[1-9]\d{0,4})$/;

export const readSequence = (text: string): number | undefined => (SEQUENCE.test(text) ? Number(text) : undefined);

export function readLineRef(text: string): LineRef | undefined {
  const [, sequence, line] = LINE.exec(text) ?? [];
  return sequence === undefined || line === undefined ? undefined : { sequence: Number(sequence), line: Number(line) };
}

/** "73.0" */
export const writeLineRef = ({ sequence, line }: LineRef): string => `${String(sequence)}.${String(line)}`;
