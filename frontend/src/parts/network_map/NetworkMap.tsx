/** The network on a canvas: drag and scroll to look around, choose points and edges by pointer or keyboard. */
import { select } from "d3-selection";
import type { D3ZoomEvent, ZoomBehavior, ZoomTransform } from "d3-zoom";
import { zoom, zoomIdentity } from "d3-zoom";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "../../api/store";
import { useSize } from "../../layout/useSize";
import { texts } from "../../texts/en";
import { printing } from "../../theme/printing";
import { colours, theme } from "../../theme/theme";
import type { Direction, DrawableNetwork, Hit, Placement, Point, Size } from "./geometry";
import { fitted, geometryOf, hitAt, nextNode, place } from "./geometry";
import { labelsOf, wantedLabels } from "./importance";
import css from "./NetworkMap.module.css";
import { NetworkSvg } from "./NetworkSvg";
import type { Palette } from "./paint";
import { PAINTED, paint } from "./paint";
import type { Scene } from "./scene";

interface Props {
  readonly network: DrawableNetwork;
  readonly scene: Scene;
  readonly onChoose: (hit: Hit | undefined) => void;
  /** What a screen reader and the pointer are told of an element. */
  readonly describe: (hit: Hit) => string;
  /** Whatever lies on the map: its legend and controls. */
  readonly children?: ReactNode;
}

/** Where nothing can be painted the same is drawn; the empty canvas still takes drags and clicks. */
const HAS_CANVAS = document.createElement("canvas").getContext("2d") !== null;
const ZOOM_MAX = 40;
const ARROWS = new Set<string>(["ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp"]);
const isArrow = (key: string): key is Direction => ARROWS.has(key);

export function NetworkMap({ network, scene, onChoose, describe, children }: Props) {
  const [frame, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const geometry = useMemo(() => geometryOf(network), [network]);
  const [transform, behaviour] = useZoom(canvas, size);
  const [focus, setFocus] = useState<string>();
  const [hover, setHover] = useState<{ readonly hit: Hit; readonly at: Point }>();
  const placement = useMemo(() => zoomed(fitted(geometry, size), transform), [geometry, size, transform]);
  const shade = useStore(theme);
  const palette = useMemo((): Palette => colours(PAINTED, shade), [shade]);
  const wanted = useMemo(() => wantedLabels(geometry, scene), [geometry, scene]);
  const labels = useMemo(() => labelsOf(geometry, placement, size, wanted), [geometry, placement, size, wanted]);
  const isDrawn = useStore(printing) || !HAS_CANVAS;

  useEffect(() => {
    const context = prepared(canvas.current, size);
    if (context === undefined) return undefined;
    const request = requestAnimationFrame(() => {
      paint(context, { geometry, placement, size, scene, labels, palette, focus, zoom: transform.k });
    });
    return () => { cancelAnimationFrame(request); };
  }, [geometry, placement, size, scene, labels, palette, focus, transform.k]);

  const hitOf = (event: MouseEvent): Hit | undefined => hitAt(geometry, placement, pointOf(event));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (isArrow(event.key)) {
      const next = nextNode(geometry, focus ?? scene.chosenNodes[0], event.key);
      if (next !== undefined) {
        setFocus(next.code);
        keepInView(canvas.current, behaviour, place(placement, next), size);
      }
    } else if (event.key === "Enter" && focus !== undefined) onChoose({ kind: "node", code: focus });
    else if (event.key === "Escape") {
      setFocus(undefined);
      onChoose(undefined);
    } else if (event.key === "+" || event.key === "=") scaleBy(canvas.current, behaviour, 1.4);
    else if (event.key === "-") scaleBy(canvas.current, behaviour, 1 / 1.4);
    else if (event.key === "0") reset(canvas.current, behaviour);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={frame} className={css.frame}>
      <div
        className={css.surface}
        role="application"
        aria-label={texts.map.label}
        aria-roledescription={texts.map.role}
        aria-describedby="map-keys"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => { setFocus(undefined); }}
        onClick={(event) => { onChoose(hitOf(event)); }}
        onPointerMove={(event) => {
          const hit = event.buttons === 0 ? hitOf(event) : undefined;
          setHover(hit && { hit, at: pointOf(event) });
        }}
        onPointerLeave={() => { setHover(undefined); }}
        data-over={hover?.hit.kind}
      >
        {isDrawn && size.width > 0 ? (
          <NetworkSvg {...{ geometry, placement, size, scene, labels, focus }} zoom={transform.k} title={texts.map.label} />
        ) : null}
        <canvas ref={canvas} className={css.canvas} />
      </div>
      <p id="map-keys" className="hidden">{texts.map.keys}</p>
      <p className="hidden" aria-live="polite">{focus === undefined ? "" : describe({ kind: "node", code: focus })}</p>
      {hover === undefined ? null : <Tip at={hover.at} size={size}>{describe(hover.hit)}</Tip>}
      {transform.k === 1 ? null : (
        <button type="button" className={css.reset} onClick={() => { reset(canvas.current, behaviour); }}>
          {texts.map.showAll}
        </button>
      )}
      {children}
    </div>
  );
}

function Tip({ at: [x, y], size, children }: { readonly at: Point; readonly size: Size; readonly children: string }) {
  const [isRight, isLow] = [x > size.width / 2, y > size.height / 2];
  return (
    <div
      className={css.tip}
      aria-hidden="true"
      style={{
        left: isRight ? undefined : x + 14,
        right: isRight ? size.width - x + 14 : undefined,
        top: isLow ? undefined : y + 14,
        bottom: isLow ? size.height - y + 14 : undefined,
      }}
    >
      {children}
    </div>
  );
}

const pointOf = ({ nativeEvent: { offsetX, offsetY } }: MouseEvent): Point => [offsetX, offsetY];

const zoomed = ({ factor, left, top }: Placement, { k, x, y }: ZoomTransform): Placement => ({
  factor: factor * k,
  left: left * k + x,
  top: top * k + y,
});

type Behaviour = ZoomBehavior<HTMLCanvasElement, unknown>;

/** Follow the wheel, drags and pinches on the canvas. */
function useZoom(canvas: { readonly current: HTMLCanvasElement | null }, size: Size): readonly [ZoomTransform, Behaviour] {
  const [transform, setTransform] = useState(zoomIdentity);
  const behaviour = useMemo(
    () =>
      zoom<HTMLCanvasElement, unknown>()
        .scaleExtent([1, ZOOM_MAX])
        .clickDistance(4)
        .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => { setTransform(event.transform); }),
    [],
  );
  useEffect(() => {
    behaviour.translateExtent([[0, 0], [size.width, size.height]]);
    if (canvas.current !== null) select(canvas.current).call(behaviour).on("dblclick.zoom", null);
  }, [behaviour, canvas, size]);
  return [transform, behaviour];
}

function scaleBy(canvas: HTMLCanvasElement | null, behaviour: Behaviour, factor: number): void {
  if (canvas !== null) behaviour.scaleBy(select(canvas), factor);
}

function reset(canvas: HTMLCanvasElement | null, behaviour: Behaviour): void {
  if (canvas !== null) behaviour.transform(select(canvas), zoomIdentity);
}

const EDGE_OF_VIEW = 40;

function keepInView(canvas: HTMLCanvasElement | null, behaviour: Behaviour, [x, y]: Point, size: Size): void {
  const isSeen = x > EDGE_OF_VIEW && y > EDGE_OF_VIEW && x < size.width - EDGE_OF_VIEW && y < size.height - EDGE_OF_VIEW;
  if (isSeen || canvas === null) return;
  const { k } = canvas.__zoom ?? zoomIdentity;
  behaviour.translateBy(select(canvas), (size.width / 2 - x) / k, (size.height / 2 - y) / k);
}

declare global {
  interface HTMLCanvasElement {
    /** Where d3-zoom keeps how far one has zoomed. */
    __zoom?: ZoomTransform;
  }
}

/** Fit the canvas to its place and to the screen's density; undefined before it has a place. */
function prepared(canvas: HTMLCanvasElement | null, { width, height }: Size): CanvasRenderingContext2D | undefined {
  const context = canvas?.getContext("2d");
  if (canvas === null || context === null || context === undefined || width === 0) return undefined;
  const density = window.devicePixelRatio;
  const [across, down] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}
