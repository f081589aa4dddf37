/** Tables that the API sends as one base64 text a column (docs/guide/bulk-answers.md). */
import type { Quantity } from "../format/amounts";

const WORD = 4_294_967_296;

const bytes = (column: string): ArrayBuffer => Uint8Array.from(atob(column), (character) => character.charCodeAt(0)).buffer;

export const float32 = (column: string): Float32Array => new Float32Array(bytes(column));

export const int32 = (column: string): Int32Array => new Int32Array(bytes(column));

/** Whole numbers below 2⁵³; browsers run on little-endian machines. */
function int64(column: string): Float64Array {
  const words = new Int32Array(bytes(column));
  const numbers = new Float64Array(words.length / 2);
  for (let place = 0; place < numbers.length; place++) {
    const low = words[2 * place] ?? 0;
    const high = words[2 * place + 1] ?? 0;
    numbers[place] = high * WORD + (low >>> 0);
  }
  return numbers;
}

/** Of a column that a row has not: it would be another row's. */
const NOWHERE = -1;
const placeOf = (row: number, column: number, columns: number): number => (column < 0 || column >= columns ? NOWHERE : row * columns + column);

export interface Table<Value> {
  readonly columns: number;
  readonly rows: number;
  /** Undefined where the table has none. */
  readonly at: (row: number, column: number) => Value | undefined;
}

/** A table of quantities; -1 stands for none. */
export function quantities(text: string, columns: number): Table<Quantity> {
  const numbers = int64(text);
  return {
    columns,
    rows: columns === 0 ? 0 : numbers.length / columns,
    at: (row, column) => {
      const number = numbers[placeOf(row, column, columns)];
      return number === undefined || number < 0 ? undefined : (number as unknown as Quantity);
    },
  };
}

/** A table of signed quantities, such as flows, as lengths to draw. */
export function lengths(text: string, columns: number): Table<number> {
  const numbers = int64(text);
  return {
    columns,
    rows: columns === 0 ? 0 : numbers.length / columns,
    at: (row, column) => numbers[placeOf(row, column, columns)],
  };
}
