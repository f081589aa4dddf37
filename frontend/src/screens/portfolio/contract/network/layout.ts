/** Where the nodes of a contract's graph are drawn: in columns in the direction of the gas, and parallel edges in lanes. */
export interface Graph {
  readonly nodes: readonly { readonly code: string }[];
  readonly edges: readonly { readonly code: string; readonly tail: { readonly code: string }; readonly head: { readonly code: string } }[];
}

export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Layout {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly columns: number;
  readonly rows: number;
  /** For each edge its place among those between the same two nodes. */
  readonly lanes: ReadonlyMap<string, number>;
}

export function layoutOf({ nodes, edges }: Graph): Layout {
  const columns = columnsOf({ nodes, edges });
  const filled = new Map<number, number>();
  const cells = new Map<string, Cell>();
  for (const { code } of nodes) {
    const column = columns.get(code) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    cells.set(code, { column, row });
  }
  return {
    cells,
    columns: Math.max(0, ...filled.keys()) + 1,
    rows: Math.max(1, ...filled.values()),
    lanes: lanesOf(edges),
  };
}

/** The longest way to each node; a cycle is walked once around. */
function columnsOf({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const columns = new Map(nodes.map(({ code }) => [code, 0]));
  for (let turn = 1; turn < nodes.length; turn++) {
    for (const { tail, head } of edges) {
      const next = (columns.get(tail.code) ?? 0) + 1;
      if (next < nodes.length && next > (columns.get(head.code) ?? 0)) columns.set(head.code, next);
    }
  }
  return columns;
}

function lanesOf(edges: Graph["edges"]): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  return new Map(
    edges.map(({ code, tail, head }) => {
      const pair = [tail.code, head.code].sort().join("\n");
      const lane = taken.get(pair) ?? 0;
      taken.set(pair, lane + 1);
      return [code, lane];
    }),
  );
}
