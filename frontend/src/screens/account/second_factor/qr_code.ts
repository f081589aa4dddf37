/**
 * QR codes (ISO/IEC 18004) of texts of up to 230 bytes, as enrolment URIs are: byte mode, error correction L, versions 4 to 9,
 * always with mask 0, which readers take as any other.
 */

interface Version {
  readonly number: number;
  readonly blocks: number;
  /** Code words of each block. */
  readonly data: number;
  readonly correction: number;
  /** Where alignment patterns have their centres. */
  readonly centres: readonly number[];
}

const VERSIONS: readonly Version[] = [
  { number: 4, blocks: 1, data: 80, correction: 20, centres: [6, 26] },
  { number: 5, blocks: 1, data: 108, correction: 26, centres: [6, 30] },
  { number: 6, blocks: 2, data: 68, correction: 18, centres: [6, 34] },
  { number: 7, blocks: 2, data: 78, correction: 20, centres: [6, 22, 38] },
  { number: 8, blocks: 2, data: 97, correction: 24, centres: [6, 24, 42] },
  { number: 9, blocks: 2, data: 116, correction: 30, centres: [6, 26, 46] },
];
/** The mode and the length of the text. */
const HEAD_BYTES = 2;
const FIELD = 0x11d;
/** Level L with mask 0. */
const FORMAT = 0b01_000;

type Modules = (boolean | undefined)[][];

/** Rows of modules, true for dark; undefined for a text that is too long. */
export function qrCode(text: string): readonly (readonly boolean[])[] | undefined {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.find(({ blocks, data }) => bytes.length + HEAD_BYTES <= blocks * data);
  if (version === undefined) return undefined;
  const size = 17 + 4 * version.number;
  const modules: Modules = Array.from({ length: size }, () => Array<undefined>(size).fill(undefined));
  drawPatterns(modules, version);
  drawFormat(modules);
  drawData(modules, interleaved(codeWords(bytes, version), version));
  return modules.map((row) => row.map((isDark) => isDark === true));
}

/** Mode 4 in four bits, the length in eight, the text, four bits of nothing, and filling. */
function codeWords(bytes: Uint8Array, { blocks, data }: Version): number[] {
  const words = [0x40 | (bytes.length >> 4)];
  let rest = (bytes.length & 15) << 4;
  for (const byte of bytes) {
    words.push(rest | (byte >> 4));
    rest = (byte & 15) << 4;
  }
  words.push(rest);
  for (let filling = 0xec; words.length < blocks * data; filling ^= 0xec ^ 0x11) words.push(filling);
  return words;
}

/** The first word of each block, the second of each, and so on; then those that correct errors. */
function interleaved(words: readonly number[], { blocks, data, correction }: Version): number[] {
  const parts = Array.from({ length: blocks }, (_, block) => words.slice(block * data, (block + 1) * data));
  const corrections = parts.map((part) => remainder(part, generator(correction)));
  const across = (rows: readonly (readonly number[])[], length: number) =>
    Array.from({ length }, (_, place) => rows.map((row) => row[place] ?? 0)).flat();
  return [...across(parts, data), ...across(corrections, correction)];
}

/** A product in the field of 256 elements. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product >> 7 === 1 ? FIELD : 0);
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
}

/** The product of (x − 2ⁱ) for i below the degree, without its leading 1. */
function generator(degree: number): number[] {
  let factors = [1];
  for (let power = 0, root = 1; power < degree; power++, root = times(root, 2)) {
    const shifted = [...factors, 0];
    factors = shifted.map((factor, place) => factor ^ times(factors[place - 1] ?? 0, root));
  }
  return factors.slice(1);
}

function remainder(words: readonly number[], divisor: readonly number[]): number[] {
  let rest = divisor.map(() => 0);
  for (const word of words) {
    const factor = word ^ (rest[0] ?? 0);
    rest = divisor.map((one, place) => (rest[place + 1] ?? 0) ^ times(one, factor));
  }
  return rest;
}

function set(modules: Modules, x: number, y: number, isDark: boolean): void {
  const row = modules[y];
  if (row !== undefined && x >= 0 && x < row.length) row[x] = isDark;
}

function drawPatterns(modules: Modules, { number, centres }: Version): void {
  const size = modules.length;
  for (let place = 8; place < size - 8; place++) {
    set(modules, place, 6, place % 2 === 0);
    set(modules, 6, place, place % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) drawRings(modules, x, y, 4, [0, 1, 3]);
  const last = centres.at(-1);
  for (const y of centres) {
    for (const x of centres) {
      const isFinder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
      if (!isFinder) drawRings(modules, x, y, 2, [0, 2]);
    }
  }
  set(modules, 8, size - 8, true);
  if (number >= 7) drawVersion(modules, number);
}

/** A square around a centre, whose rings at some distances are dark. */
function drawRings(modules: Modules, x: number, y: number, radius: number, dark: readonly number[]): void {
  for (let down = -radius; down <= radius; down++) {
    for (let right = -radius; right <= radius; right++) {
      set(modules, x + right, y + down, dark.includes(Math.max(Math.abs(right), Math.abs(down))));
    }
  }
}

/** A number followed by what protects it: its remainder by a polynomial of some degree. */
function protectedBits(number: number, polynomial: number, degree: number): number {
  let rest = number;
  for (let bit = 0; bit < degree; bit++) rest = (rest << 1) ^ ((rest >> (degree - 1)) * polynomial);
  return (number << degree) | rest;
}

function drawVersion(modules: Modules, number: number): void {
  const bits = protectedBits(number, 0x1f25, 12);
  for (let bit = 0; bit < 18; bit++) {
    const along = modules.length - 11 + (bit % 3);
    const across = Math.floor(bit / 3);
    set(modules, along, across, ((bits >> bit) & 1) === 1);
    set(modules, across, along, ((bits >> bit) & 1) === 1);
  }
}

function drawFormat(modules: Modules): void {
  const size = modules.length;
  const bits = protectedBits(FORMAT, 0x537, 10) ^ 0x5412;
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((bits >> bit) & 1) === 1;
    // Beside the finder at the top left, around the timing patterns, and again beside the two others.
    if (bit < 8) {
      set(modules, 8, bit < 6 ? bit : bit + 1, isDark);
      set(modules, size - 1 - bit, 8, isDark);
    } else {
      set(modules, bit === 8 ? 7 : 14 - bit, 8, isDark);
      set(modules, 8, size - 15 + bit, isDark);
    }
  }
}

/** Up and down in pairs of columns from the right, past the column of the timing pattern. */
function drawData(modules: Modules, words: readonly number[]): void {
  const size = modules.length;
  let bit = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (modules[y]?.[x] !== undefined) continue;
        const isSet = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        set(modules, x, y, isSet !== ((x + y) % 2 === 0));
        bit += 1;
      }
    }
  }
}
