import { Link } from "@tanstack/react-router";
import type { CommercialUnit, Quantity } from "../../format/amounts";
import { short, shortUnitName } from "../../format/amounts";
import type { Days } from "../../format/days";
import { fullDays } from "../../format/days";
import { isLess } from "../../format/drawing";
import type { FreeRoute, FreeStretch } from "../../free/free";
import { figureOf, freeClass } from "../../free/free";
import { useSize } from "../../layout/useSize";
import { Months } from "../../parts/time_axis/Months";
import type { TimeScale } from "../../parts/time_axis/scale";
import { timeScale } from "../../parts/time_axis/scale";
import type { ListedNetwork } from "../../shell/queries";
import { availabilityTexts } from "../../texts/availability";
import { texts } from "../../texts/en";
import css from "./Availability.module.css";

interface Props {
  readonly network: ListedNetwork;
  readonly axis: Days;
  /** Entries, then exits. */
  readonly groups: readonly (readonly FreeRoute[])[];
  readonly most: number;
  readonly need: Quantity | undefined;
  readonly nameOf: (code: string) => string;
}

const NAME = 92;
const HEAD = 22;

export function Calendar({ network, axis, groups, most, need, nameOf }: Props) {
  const [frame, { width }] = useSize<HTMLDivElement>();
  const scale = timeScale(axis, 0, Math.max(1, width - NAME - 14));
  return (
    <div ref={frame} className={css.calendar} role="region" aria-label={availabilityTexts.calendar.title} tabIndex={0}>
      {width === 0 ? null : (
        <>
          <svg className={css.months} width={scale.right} height={HEAD} aria-hidden="true"><Months scale={scale} height={HEAD} /></svg>
          {groups.map((routes, place) => (
            <ul key={place} className={css.group}>
              {routes.map((route) => (
                <Row key={`${route.receipt ?? ""} ${route.delivery ?? ""}`} {...{ route, scale, most, need, nameOf }} network={network.code} unit={network.unit} />
              ))}
            </ul>
          ))}
        </>
      )}
    </div>
  );
}

interface RowProps extends Pick<Props, "most" | "nameOf" | "need"> {
  readonly route: FreeRoute;
  readonly scale: TimeScale;
  readonly network: string;
  readonly unit: CommercialUnit;
}

function Row({ route, scale, network, unit, nameOf, ...rest }: RowProps) {
  const name = nameOf(route.receipt ?? route.delivery ?? "");
  const ends = { receipt: route.receipt ?? undefined, delivery: route.delivery ?? undefined };
  return (
    <li className={css.row}>
      <Link className={css.name} to="/networks/$network" params={{ network }} search={ends}>{name}</Link>
      <span className={css.cells}>
        {route.stretches.map((stretch) => (
          <Link
            key={stretch.days.start}
            to="/networks/$network"
            params={{ network }}
            search={{ ...ends, ...stretch.days, quantity: rest.need }}
            {...cellOf(stretch, { name, scale, unit, ...rest })}
          />
        ))}
      </span>
    </li>
  );
}

interface CellContext extends Pick<Props, "most" | "need"> {
  readonly name: string;
  readonly scale: TimeScale;
  readonly unit: CommercialUnit;
}

const FIGURE_WIDTH = 34;
const LIGHTEST = 6;

/** Where a stretch is drawn, in which colour, and what it says. */
function cellOf(stretch: FreeStretch, { name, scale, unit, most, need }: CellContext) {
  const [left, right] = [scale.x(stretch.days.start), scale.x(stretch.days.end)];
  const figure = figureOf(stretch);
  const place = { left, width: Math.max(1, right - left - 1) };
  const days = fullDays(stretch.days);
  if (figure === undefined) {
    const why = stretch.notOnSale === null ? texts.free.unknown : texts.notOnSale[stretch.notOnSale];
    return { className: css.cell, style: place, "data-short": "", "aria-label": `${name}, ${days}: ${why}`, title: `${days}\n${why}` };
  }
  const isShort = need !== undefined && isLess(figure.quantity, need);
  const value = `${figure.isBound ? "≤ " : ""}${short(figure.quantity, unit)}`;
  const shade = freeClass(figure.quantity, most);
  return {
    className: css.cell,
    style: { ...place, background: isShort ? undefined : `var(--free-${String(shade)})` },
    "data-bound": figure.isBound ? "" : undefined,
    "data-light": shade >= LIGHTEST && !isShort ? "" : undefined,
    "data-short": isShort ? "" : undefined,
    "aria-label": `${name}, ${days}: ${value} ${shortUnitName(unit)}`,
    title: `${days}\n${value} ${shortUnitName(unit)}`,
    children: right - left > FIGURE_WIDTH ? value : undefined,
  };
}
