/** The steps of a contradiction: a tree of cases in preorder. docs/guide/certificates.md states rows and columns. */
import type { Reader } from "./reader";

/** [kind, number, point, part, tilt]; see `RowKind` of `infeasibility/rows`. */
export interface Row {
  readonly kind: number;
  readonly number: number;
  readonly point: number;
  readonly part: number;
  readonly tilt: number;
}

export type Weights = readonly (readonly [Row, number])[];

export type Step =
  | { readonly kind: "close"; readonly weights: Weights }
  | { readonly kind: "exclude"; readonly element: number; readonly mode: bigint }
  | { readonly kind: "split-flow"; readonly column: number; readonly value: number }
  | { readonly kind: "split-modes"; readonly element: number; readonly sets: readonly bigint[] }
  | {
    readonly kind: "tighten";
    readonly column: number;
    readonly side: "lower" | "upper";
    readonly bound: number;
    readonly weights: Weights;
  };

const KINDS = ["tighten", "exclude", "close", "split-flow", "split-modes"] as const;
const ROW_KIND_MAX = 23;
const TILT_MAX = 4;

export const readSteps = (reader: Reader): Step[] => reader.list(readStep);

function readStep(reader: Reader): Step {
  const kind = reader.members()("kind").choice(KINDS);
  switch (kind) {
    case "tighten": {
      const of = reader.members(["kind", "column", "side", "bound", "weights"]);
      return {
        kind,
        column: of("column").count(),
        side: of("side").choice(["lower", "upper"]),
        bound: of("bound").number(),
        weights: readWeights(of("weights")),
      };
    }
    case "exclude": {
      const of = reader.members(["kind", "element", "mode"]);
      return { kind, element: of("element").count(), mode: of("mode").whole() };
    }
    case "close":
      return { kind, weights: reader.members(["kind", "weights"])("weights").or<Weights>([], readWeights) };
    case "split-flow": {
      const of = reader.members(["kind", "column", "value"]);
      return { kind, column: of("column").count(), value: of("value").number() };
    }
    case "split-modes": {
      const of = reader.members(["kind", "element", "sets"]);
      return { kind, element: of("element").count(), sets: of("sets").list((item) => item.whole()) };
    }
  }
}

const readWeights = (reader: Reader): Weights => reader.list(readWeight);

function readWeight(reader: Reader): readonly [Row, number] {
  const [row, weight] = reader.tuple(2) as [Reader, Reader];
  return [readRow(row), weight.number()];
}

function readRow(reader: Reader): Row {
  const [kind, number, point, part, tilt] = reader.tuple(5, 3) as [Reader, Reader, Reader, Reader, Reader];
  return {
    kind: upTo(ROW_KIND_MAX, kind),
    number: number.count(),
    point: point.or(0, (one) => one.number()),
    part: part.or(0, (one) => one.count()),
    tilt: tilt.or(0, (one) => upTo(TILT_MAX, one)),
  };
}

function upTo(most: number, reader: Reader): number {
  const found = reader.count();
  if (found < 0 || found > most) reader.note(`must be from 0 to ${String(most)}`);
  return found;
}
