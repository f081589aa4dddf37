/** The map as SVG, of the same geometry and shapes as the canvas: for print, and where there is no canvas. */
import type { Geometry, MapEdge, MapNode, Placement, Point, Size } from "./geometry";
import { ends, place, strokeWidth } from "./geometry";
import type { Label } from "./labels";
import css from "./NetworkSvg.module.css";
import type { Cut, Scene } from "./scene";
import { CLOSED, UNKNOWN } from "./scene";
import type { Shape } from "./shapes";
import { beyondCorners, cutBar, FULL, isSeen, lookOf, nodeShape, ringRadius, stationShape } from "./shapes";

interface Props {
  readonly geometry: Geometry;
  readonly placement: Placement;
  readonly size: Size;
  readonly scene: Scene;
  readonly labels: readonly Label[];
  readonly focus: string | undefined;
  readonly zoom: number;
  readonly title: string;
}

export function NetworkSvg({ geometry, placement, size, scene, labels, focus, zoom, title }: Props) {
  const looks = geometry.edges.map((edge, index) => ({ edge, look: lookOf(scene, edge, index) })).sort((one, other) => one.look - other.look);
  const seen = geometry.nodes.filter((node) => isSeen(place(placement, node), size));
  return (
    <svg className={css.map} viewBox={`0 0 ${String(size.width)} ${String(size.height)}`} role="img" aria-label={title}>
      {scene.cut === undefined ? null : <Beyond {...{ geometry, placement }} cut={scene.cut} />}
      <g>{looks.map(({ edge }) => <Line key={edge.code} className={css.rim} points={ends(placement, edge)} width={strokeWidth(edge) + 1.8} />)}</g>
      {looks.map(({ edge, look }) => <Edge key={edge.code} {...{ edge, look, placement }} />)}
      {seen.map((node) => <Node key={node.code} {...{ node, placement, scene }} />)}
      {geometry.edges.map((edge) => {
        const shape = stationShape(edge, placement, zoom);
        return shape === undefined ? null : <Drawn key={edge.code} className={css.station} shape={shape} />;
      })}
      {scene.cut?.edges.map((code) => {
        const edge = geometry.edge.get(code);
        return edge === undefined ? null : <CutBar key={code} knobs={cutBar(placement, edge)} />;
      })}
      <Chosen {...{ geometry, placement, scene, focus }} />
      {labels.map(({ node, align, dx, dy }) => {
        const [x, y] = place(placement, node);
        const kind = scene.chosenNodes.includes(node.code) ? "chosen" : node.role === "EXIT" && !scene.rings.has(node.code) ? "plain" : undefined;
        return <text key={node.code} className={css.label} data-kind={kind} data-align={align} x={x + dx} y={y + dy}>{node.label}</text>;
      })}
    </svg>
  );
}

interface LineProps {
  readonly className: string | undefined;
  readonly points: readonly [Point, Point];
  readonly width: number;
}

function Line({ className, points: [[ax, ay], [bx, by]], width }: LineProps) {
  return <line className={className} x1={ax} y1={ay} x2={bx} y2={by} strokeWidth={width} />;
}

function Drawn({ shape, className, fill }: { readonly shape: Shape; readonly className: string | undefined; readonly fill?: string | undefined }) {
  if (shape.kind === "circle") return <circle className={className} cx={shape.at[0]} cy={shape.at[1]} r={shape.radius} fill={fill} />;
  return <polygon className={className} points={textOf(shape.points)} fill={fill} />;
}

const textOf = (points: readonly Point[]): string => points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

function Edge({ edge, look, placement }: { readonly edge: MapEdge; readonly look: number; readonly placement: Placement }) {
  const [points, width] = [ends(placement, edge), strokeWidth(edge)];
  const isOpen = look === UNKNOWN || look === CLOSED;
  return (
    <g data-edge={edge.code} data-look={look}>
      <g stroke={isOpen ? "var(--bg-0)" : `var(--u${String(look)})`}><Line className={undefined} points={points} width={width} /></g>
      {look === UNKNOWN ? <Line className={css.unknown} points={points} width={width * 0.5} /> : null}
      {look === FULL ? <Line className={css.core} points={points} width={width * 0.5} /> : null}
    </g>
  );
}

function Node({ node, placement, scene }: { readonly node: MapNode; readonly placement: Placement; readonly scene: Scene }) {
  const at = place(placement, node);
  const [ring, colour] = [scene.rings.get(node.code), scene.nodes.get(node.code)];
  return (
    <g data-node={node.code}>
      {ring === undefined ? null : <circle className={css.ring} cx={at[0]} cy={at[1]} r={ringRadius(ring)} />}
      <Drawn
        className={colour === undefined ? css.node : css.coloured}
        shape={nodeShape(node, at, colour === undefined ? 1 : 1.5)}
        fill={colour === undefined ? "var(--node)" : `var(--${colour})`}
      />
    </g>
  );
}

function CutBar({ knobs }: { readonly knobs: readonly [Point, Point] }) {
  return (
    <g data-cut="">
      <Line className={css.cutGround} points={knobs} width={7} />
      <Line className={css.cut} points={knobs} width={3} />
      {knobs.map(([x, y]) => <circle key={`${String(x)} ${String(y)}`} className={css.knob} cx={x} cy={y} r={3.5} />)}
    </g>
  );
}

function Beyond({ geometry, placement, cut }: { readonly geometry: Geometry; readonly placement: Placement; readonly cut: Cut }) {
  const corners = beyondCorners(geometry, placement, cut);
  if (corners.length === 0) return null;
  return (
    <>
      <defs>
        <pattern id="beyond" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line className={css.hatch} x1="0" y1="0" x2="0" y2="9" />
        </pattern>
      </defs>
      <polygon className={css.beyond} points={textOf(corners)} fill="url(#beyond)" />
    </>
  );
}

type ChosenProps = Pick<Props, "focus" | "geometry" | "placement" | "scene">;

function Chosen({ geometry, placement, scene, focus }: ChosenProps) {
  const edge = scene.chosenEdge === undefined ? undefined : geometry.edge.get(scene.chosenEdge);
  const focused = focus === undefined ? undefined : geometry.node.get(focus);
  return (
    <>
      {edge === undefined ? null : <Line className={css.chosenEdge} points={ends(placement, edge)} width={strokeWidth(edge) + 10} />}
      {scene.chosenNodes.map((code) => {
        const node = geometry.node.get(code);
        if (node === undefined) return null;
        const [x, y] = place(placement, node);
        return (
          <g key={code} data-chosen={code}>
            <circle className={css.double} cx={x} cy={y} r={11} />
            <circle className={css.dot} cx={x} cy={y} r={5.5} />
          </g>
        );
      })}
      {focused === undefined ? null : <circle className={css.focus} cx={place(placement, focused)[0]} cy={place(placement, focused)[1]} r={15} />}
    </>
  );
}
