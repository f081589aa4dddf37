/** What a point or path offers over the days of the axis, and the caller's rights there. */
import type { ReactNode } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { isNothing } from "../../../format/drawing";
import { pressure } from "../../../format/percent";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import type { FreeRoute, FreeStretch } from "../../../free/free";
import { figureOf } from "../../../free/free";
import type { NodePressure } from "../pressure";
import type { OwnRights } from "../rights";
import css from "./Details.module.css";

interface Props {
  readonly free: FreeRoute | undefined;
  /** Why nothing is known of the route. */
  readonly fault: string | undefined;
  readonly rights: readonly OwnRights[];
  readonly pressures: readonly { readonly point: string; readonly pressure: NodePressure }[];
  readonly unit: CommercialUnit;
  readonly nameOf: (code: string) => string;
  /** What else is known of its points. */
  readonly children: ReactNode;
}

export function RouteDetails({ free, fault, rights, pressures, unit, nameOf, children }: Props) {
  return (
    <section aria-label={texts.route.title}>
      <h3 className={css.heading}>{texts.route.free(unitName(unit))}</h3>
      {fault === undefined ? <FreeTable free={free} /> : <Notice isFault title={texts.route.unknown}>{fault}</Notice>}
      {pressures.map(({ point, pressure: { bar, minBar, maxBar } }) => (
        <p key={point} className={css.explanation}>
          {texts.route.pressure(nameOf(point), pressure(bar), pressure(minBar), pressure(maxBar))}
        </p>
      ))}
      {rights.length === 0 ? null : (
        <>
          <h3 className={css.heading}>{texts.route.rights(unitName(unit))}</h3>
          <table className={css.table}>
            <tbody>
              {rights.flatMap((right) =>
                right.stretches.map(({ days, owned }) => (
                  <tr key={`${right.key} ${days.start}`}>
                    <th scope="row">{fullDays(days)}</th>
                    <td>{texts.firmness[right.firmness]}</td>
                    <td className={css.number}>{whole(owned)}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </>
      )}
      {children}
    </section>
  );
}

function FreeTable({ free }: { readonly free: FreeRoute | undefined }) {
  if (free === undefined) return <Skeleton rows={4} />;
  return (
    <table className={css.table}>
      <tbody>
        {free.stretches.map((stretch) => (
          <tr key={stretch.days.start}>
            <th scope="row">{fullDays(stretch.days)}</th>
            <td className={css.number}><Figure stretch={stretch} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figure({ stretch }: { readonly stretch: FreeStretch }) {
  if (stretch.notOnSale !== null) return <span className={css.none}>{texts.notOnSale[stretch.notOnSale]}</span>;
  const figure = figureOf(stretch);
  if (figure === undefined) return <span className={css.none}>{texts.free.unknown}</span>;
  if (figure.isBound) return <span title={texts.free.boundWhy}>{texts.free.atMost(whole(figure.quantity))}</span>;
  return isNothing(figure.quantity) ? <Tag tone="no">{texts.free.none}</Tag> : <b>{whole(figure.quantity)}</b>;
}
