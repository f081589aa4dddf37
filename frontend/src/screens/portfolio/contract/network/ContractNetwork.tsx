/** A contract as a graph: its points, what may pass between them, and at what price. */
import { exact, unitName } from "../../../../format/amounts";
import { labelOf } from "../../../../format/names";
import { useSize } from "../../../../layout/useSize";
import { texts } from "../../../../texts/en";
import type { ContractDetails, ContractGraph } from "../../queries";
import { Bands } from "./Bands";
import css from "./ContractNetwork.module.css";
import type { Layout } from "./layout";
import { layoutOf } from "./layout";

type Node = ContractGraph["nodes"][number];
type Edge = ContractGraph["edges"][number];

const SIDE = 58;
const TOP = 34;
const ROW = 62;
const FOOT = 32;
const LANE = 20;
const RADIUS = 7;

const nodeName = ({ kind, name, code, party, physicalNode }: Node): string => {
  if (physicalNode !== null) return labelOf(physicalNode);
  return name === "" ? party?.name ?? (kind === "HUB" ? texts.request.hub : code) : name;
};

export function ContractNetwork({ contract }: { readonly contract: ContractDetails }) {
  const { nodes, edges } = contract.subNetwork;
  const [frame, { width }] = useSize<HTMLDivElement>();
  const layout = layoutOf(contract.subNetwork);
  const names = new Map(nodes.map((node) => [node.code, nodeName(node)]));
  const unit = unitName(contract.unit);
  const deepest = Math.max(0, ...layout.lanes.values());
  const height = TOP + (layout.rows - 1) * ROW + FOOT + deepest * LANE;
  const described = edges.map(({ tail, head, bands }) => `${names.get(tail.code) ?? ""} › ${names.get(head.code) ?? ""}, ${rangeOf(bands)} ${unit}`);
  return (
    <section aria-label={texts.portfolio.network}>
      <h3 className={css.heading}>{texts.portfolio.network}</h3>
      <div ref={frame}>
        {width === 0 ? null : (
          <svg width={width} height={height} role="img" aria-label={`${texts.portfolio.network}: ${described.join("; ")}`}>
            {edges.map((edge) => <EdgeLine key={edge.code} {...{ edge, layout, width, unit }} />)}
            {nodes.map((node) => <NodeMark key={node.code} {...{ node, layout, width }} />)}
          </svg>
        )}
      </div>
      <Bands contract={contract} nameOf={(code) => names.get(code) ?? code} />
    </section>
  );
}

/** "0 – 1,800,000": from the lowest band to the highest. */
const rangeOf = (bands: Edge["bands"]): string => {
  const [first, last] = [bands[0], bands.at(-1)];
  return first === undefined || last === undefined ? texts.portfolio.noBands : texts.portfolio.range(exact(first.low), exact(last.high));
};

function at(layout: Layout, code: string, width: number): readonly [x: number, y: number] {
  const { column, row } = layout.cells.get(code) ?? { column: 0, row: 0 };
  const pitch = layout.columns === 1 ? 0 : (width - 2 * SIDE) / (layout.columns - 1);
  return [layout.columns === 1 ? width / 2 : SIDE + column * pitch, TOP + row * ROW];
}

interface EdgeProps {
  readonly edge: Edge;
  readonly layout: Layout;
  readonly width: number;
  readonly unit: string;
}

function EdgeLine({ edge, layout, width, unit }: EdgeProps) {
  const [ax, ay] = at(layout, edge.tail.code, width);
  const [bx, by] = at(layout, edge.head.code, width);
  const below = (layout.lanes.get(edge.code) ?? 0) * LANE;
  const [x, y] = [(ax + bx) / 2, (ay + by) / 2 + below];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [dx, dy] = [(bx - ax) / length, (by - ay) / length];
  const tip = `${at2(x + 6 * dx, y + 6 * dy)} ${at2(x - 5 * dx - 6 * dy, y - 5 * dy + 6 * dx)} ${at2(x - 5 * dx + 6 * dy, y - 5 * dy - 6 * dx)}`;
  // The top of a quadratic curve is halfway to its control point.
  return (
    <g data-role={edge.role}>
      <path className={css.edge} d={`M${at2(ax, ay)}Q${at2(x, y + below)} ${at2(bx, by)}`} />
      <polygon className={css.tip} points={tip} />
      <text className={css.range} x={x} y={y + 20}>{`${rangeOf(edge.bands)} ${unit}`}</text>
    </g>
  );
}

const at2 = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;

function NodeMark({ node, layout, width }: { readonly node: Node; readonly layout: Layout; readonly width: number }) {
  const [x, y] = at(layout, node.code, width);
  return (
    <g>
      <circle className={css.node} data-kind={node.kind} cx={x} cy={y} r={RADIUS} />
      <text className={css.name} x={x} y={y - 14}>{nodeName(node)}</text>
      {node.kind === "HUB" ? null : <text className={css.kind} x={x} y={y + 22}>{texts.portfolio.nodeKinds[node.kind]}</text>}
    </g>
  );
}
