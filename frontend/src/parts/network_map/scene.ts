/** What a map shows besides the network itself. */
export const USE_CLASSES = 7;
/** More rights lie on too many cycles to say how full the edge can get. */
export const UNKNOWN = 7;
/** Nothing may pass, as maintenance may have it. */
export const CLOSED = 8;

export interface Cut {
  readonly edges: readonly string[];
  /** The nodes that gas cannot reach across it. */
  readonly beyond: readonly string[];
}

export interface Scene {
  /** For each edge of the network, in its order: a class of use, UNKNOWN or CLOSED. */
  readonly edges: Uint8Array;
  /** Colours of nodes, as names of tokens; others are plain. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Own rights: the radius from 0 to 1. */
  readonly rings: ReadonlyMap<string, number>;
  readonly chosenNodes: readonly string[];
  readonly chosenEdge: string | undefined;
  readonly cut: Cut | undefined;
}

const LIMITS = [0.001, 0.25, 0.5, 0.75, 0.9, 0.995];

/** The class of a share that is used: 0 for nothing, 6 for full. */
export function classOfUse(share: number): number {
  const found = LIMITS.findIndex((limit) => share < limit);
  return found === -1 ? LIMITS.length : found;
}
