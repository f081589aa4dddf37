/** The arithmetic of a charge as the API writes it, each step in what is computed and what comes out. */
export interface Step {
  readonly expression: string;
  /** Undefined where a step is only said in words. */
  readonly result: string | undefined;
}

const EQUALS = " = ";
const PAYABLE = /^(.*\bpayable) (.+)$/;

/** "31 gas days × 20,592 = 638,352" and, as the last one, "payable 638,352.00 EUR". */
export function stepOf(line: string): Step {
  const [, words, owed] = PAYABLE.exec(line) ?? [];
  if (words !== undefined && owed !== undefined) return { expression: words, result: owed };
  const at = line.lastIndexOf(EQUALS);
  return at < 0 ? { expression: line, result: undefined } : { expression: line.slice(0, at), result: line.slice(at + EQUALS.length) };
}
