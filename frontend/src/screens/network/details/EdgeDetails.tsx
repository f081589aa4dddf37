/** What an edge carries on the chosen gas day, and what is left of it. */
import type { ReactNode } from "react";
import type { CommercialUnit, Quantity } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { weekday } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { takeFocus } from "../../../keyboard/takeFocus";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { Use } from "../../../parts/use/Use";
import { texts } from "../../../texts/en";
import { OverlayLink } from "../../operator/overlays/OverlayLink";
import type { PublishedNetwork } from "../queries";
import type { DirectionUse, UsageTables } from "../usage";
import { edgeUseOn, worstShare } from "../usage";
import css from "./Details.module.css";
import { EdgeOverTime } from "./EdgeOverTime";

interface Props {
  readonly network: string;
  readonly edge: PublishedNetwork["edges"][number];
  readonly usage: UsageTables | undefined;
  readonly day: GasDay;
  readonly unit: CommercialUnit;
  readonly axis: Days;
  readonly nameOf: (code: string) => string;
  /** Back to the point or the request that led here, if one did. */
  readonly onBack: (() => void) | undefined;
  /** What else is known of it. */
  readonly children: ReactNode;
}

export function EdgeDetails({ network, edge, usage, day, unit, axis, nameOf, onBack, children }: Props) {
  const use = edgeUseOn(usage, edge.code, day);
  const row = usage?.row.get(edge.code);
  const [tail, head] = [nameOf(edge.tail.code), nameOf(edge.head.code)];
  return (
    <section ref={takeFocus} tabIndex={-1} className={css.chosen} aria-label={texts.edge.title}>
      <PanelHead title={labelOf(edge)} note={texts.edge.kinds[edge.kind]}>
        {onBack === undefined ? null : <Button shortcut="Esc" onClick={onBack}>{texts.edge.back}</Button>}
      </PanelHead>
      <p className={css.lead}>{weekday(day)}</p>
      {use === undefined ? null : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{unitName(unit)}</th>
              <th scope="col" className={css.number}>{texts.edge.towards(head)}</th>
              <th scope="col" className={css.number}>{texts.edge.towards(tail)}</th>
            </tr>
          </thead>
          <tbody>
            <FigureRow name={texts.edge.capacity} forward={use.forward.capacity} backward={use.backward.capacity} none={texts.edge.unbounded} />
            <FigureRow name={texts.edge.worst} forward={use.forward.worst} backward={use.backward.worst} none={texts.edge.unknown} />
            <FigureRow name={texts.edge.headroom} forward={use.forward.headroom} backward={use.backward.headroom} none={texts.edge.unknown} isStrong />
            <tr>
              <th scope="row">{texts.edge.full}</th>
              <td className={css.number}><DirectionBar use={use.forward} /></td>
              <td className={css.number}><DirectionBar use={use.backward} /></td>
            </tr>
          </tbody>
        </table>
      )}
      <p className={css.explanation}>{texts.edge.explanation}</p>
      {usage === undefined || row === undefined ? null : <EdgeOverTime {...{ usage, row, unit, axis, head, tail }} />}
      <OverlayLink network={network} edge={edge.code} />
      {children}
    </section>
  );
}

interface FigureRowProps {
  readonly name: string;
  readonly forward: Quantity | undefined;
  readonly backward: Quantity | undefined;
  readonly none: string;
  readonly isStrong?: boolean;
}

function FigureRow({ name, forward, backward, none, isStrong = false }: FigureRowProps) {
  return (
    <tr data-strong={isStrong ? "" : undefined}>
      <th scope="row">{name}</th>
      {[forward, backward].map((quantity, place) => (
        <td key={place} className={css.number}>{quantity === undefined ? <span className={css.none}>{none}</span> : whole(quantity)}</td>
      ))}
    </tr>
  );
}

function DirectionBar({ use }: { readonly use: DirectionUse }) {
  const used = worstShare(use);
  if (used === undefined) return <Tag>{texts.edge.unknown}</Tag>;
  return <Use share={used} />;
}
