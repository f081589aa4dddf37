/** Dated changes of capacity of an edge, or of the edges at a point. */
import { fullDays } from "../../../format/days";
import { percent } from "../../../format/percent";
import { texts } from "../../../texts/en";
import type { Overlay, PublishedNetwork } from "../queries";
import css from "./Details.module.css";

/** Those of the edges that begin or end at a node. */
export function overlaysAt({ edges, overlays }: PublishedNetwork, node: string): Overlay[] {
  const near = new Set(edges.filter(({ tail, head }) => tail.code === node || head.code === node).map(({ code }) => code));
  return overlays.filter(({ edge }) => near.has(edge.code));
}

interface Props {
  readonly overlays: readonly Overlay[];
  readonly nameOf: (code: string) => string;
}

export function Overlays({ overlays, nameOf }: Props) {
  if (overlays.length === 0) return null;
  return (
    <>
      <h3 className={css.heading}>{texts.use.overlays}</h3>
      <table className={css.table}>
        <tbody>
          {overlays.map(({ id, edge, kind, factor, period, reason }) => (
            <tr key={id}>
              <th scope="row">{nameOf(edge.code)}</th>
              <td>{fullDays(period)}</td>
              <td className={css.wrapped}>{texts.use.overlay(texts.use.overlayKinds[kind], reason)}</td>
              <td className={css.number}>{percent(factor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
