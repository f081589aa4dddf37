/** What the checker found: of each certificate whether it holds, and the figures by which it does or does not. */
import type { Level, Outcome } from "./document/certificates";
import type { Fault } from "./document/reader";
import type { Days } from "./document/rights";

export type { Fault };

/** The edge that a flow uses most of. */
export interface FullestEdge {
  readonly edge: string;
  readonly flow: bigint;
  readonly capacity: bigint;
}

export interface FlowFigures {
  readonly kind: "flow";
  readonly edges: number;
  readonly nodes: number;
  readonly kindsOfDay: number;
  readonly onlyLoaded: boolean;
  readonly fullest: FullestEdge | null;
}

export interface CutFigures {
  readonly kind: "cut";
  readonly nodes: number;
  readonly edges: readonly { readonly edge: string; readonly capacity: bigint | null }[];
  readonly capacity: bigint;
  readonly demand: bigint;
}

export interface TreeFigures {
  readonly kind: "tree";
  readonly leaves: number;
  readonly splits: number;
  readonly unloaded: number;
  readonly onlyLoaded: boolean;
  /** The largest shortfall that any leaf leaves possible, in units: below 1. Null without a leaf. */
  readonly bound: number | null;
}

/** How far the worst case of one law or limit misses it, and how far it may. */
export interface Residual {
  readonly law: "balance" | "flow" | "pipe" | "pressure" | "station";
  readonly unit: "bar" | "bar²" | "kg/s";
  readonly count: number;
  readonly largest: number;
  readonly tolerance: number;
  readonly where: string;
}

export interface StateFigures {
  readonly kind: "state";
  readonly residuals: readonly Residual[];
  readonly curtailedTo: number | null;
}

export interface ContradictionFigures {
  readonly kind: "refutation";
  readonly steps: number;
  readonly cases: number;
  readonly multipliers: number;
  /** The least by which the sum of multipliers times bounds exceeds zero where a case closes; null without. */
  readonly least: number | null;
  readonly curtailedTo: number | null;
}

export interface SoldOutFigures {
  readonly kind: "sold_out";
  readonly stated: bigint;
  readonly sold: bigint;
  readonly asked: bigint;
}

export type Figures = ContradictionFigures | CutFigures | FlowFigures | SoldOutFigures | StateFigures | TreeFigures;

export interface CheckedProof {
  readonly periods: readonly Days[];
  readonly level: Level;
  readonly outcome: Outcome;
  readonly kind: Figures["kind"];
  /** Empty where the certificate holds. */
  readonly faults: readonly string[];
  /** Null where the certificate is so faulty that there are none. */
  readonly figures: Figures | null;
}

export interface Findings {
  readonly holds: boolean;
  readonly outcome: Outcome;
  readonly level: Level;
  /** Of the documents and of the whole; those of single certificates are in `proofs`. */
  readonly faults: readonly Fault[];
  readonly proofs: readonly CheckedProof[];
}

/** Faults and figures of one certificate. */
export interface Checked<F extends Figures = Figures> {
  readonly faults: readonly string[];
  readonly figures: F | null;
}
