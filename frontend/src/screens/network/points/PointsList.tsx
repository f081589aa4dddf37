/** The handover points with what they still offer: the map's twin for keyboards and screen readers. */
import { useMemo, useState } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { short, shortUnitName } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { drawn } from "../../../format/drawing";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import type { RouteCodes } from "../address";
import type { FreeRoute } from "../../../free/free";
import { leastFree, mostDrawn } from "../../../free/free";
import type { FreePoints } from "../useWorkspace";
import css from "./PointsList.module.css";
import { Sparkline } from "./Sparkline";

type End = "delivery" | "receipt";
type Order = "free" | "name";

interface Props {
  readonly free: FreePoints | undefined;
  readonly unit: CommercialUnit;
  readonly axis: Days;
  readonly nameOf: (code: string) => string;
  readonly own: ReadonlySet<string>;
  readonly chosen: RouteCodes | undefined;
  readonly onChoose: (code: string, end: End) => void;
}

export function PointsList({ free, unit, axis, nameOf, own, chosen, onChoose }: Props) {
  const [order, setOrder] = useState<Order>("name");
  const [filter, setFilter] = useState("");
  const most = useMemo(() => (free === undefined ? 0 : mostDrawn([...free.entries, ...free.exits])), [free]);
  const group = (end: End, routes: readonly FreeRoute[]) => (
    <Group
      title={end === "receipt" ? texts.points.entries(routes.length) : texts.points.exits(routes.length)}
      rows={ordered(routes, end, order, nameOf).filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()))}
      {...{ end, unit, axis, own, most, onChoose }}
      chosen={chosen?.[end]}
    />
  );
  return (
    <section className={css.points} aria-label={texts.points.title}>
      <PanelHead title={texts.points.title} note={texts.points.note(shortUnitName(unit))} />
      <div className={css.tools}>
        <input
          type="search"
          value={filter}
          placeholder={texts.points.filter}
          aria-label={texts.points.filter}
          onChange={(event) => { setFilter(event.target.value); }}
        />
        <button type="button" onClick={() => { setOrder(order === "name" ? "free" : "name"); }}>
          {texts.points.order[order]}
        </button>
      </div>
      <div className={css.list} tabIndex={-1}>
        {free === undefined ? <Skeleton rows={18} /> : <>{group("receipt", free.entries)}{group("delivery", free.exits)}</>}
      </div>
    </section>
  );
}

interface Row {
  readonly code: string;
  readonly name: string;
  readonly route: FreeRoute;
}

const byName = new Intl.Collator("en", { numeric: true });

function ordered(routes: readonly FreeRoute[], end: End, order: Order, nameOf: (code: string) => string): Row[] {
  const rows = routes.flatMap((route) => {
    const code = route[end];
    return code === null ? [] : [{ code, name: nameOf(code), route }];
  });
  const length = ({ route }: Row): number => {
    const least = leastFree(route);
    return least === undefined ? -1 : drawn(least.quantity);
  };
  return rows.sort((one, other) => (order === "free" ? length(other) - length(one) : 0) || byName.compare(one.name, other.name));
}

interface GroupProps extends Pick<Props, "axis" | "onChoose" | "own" | "unit"> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly end: End;
  readonly most: number;
  readonly chosen: string | undefined;
}

function Group({ title, rows, end, most, chosen, axis, unit, own, onChoose }: GroupProps) {
  return (
    <>
      <h3 className={css.group}>{title}</h3>
      <ul>
        {rows.map(({ code, name, route }) => (
          <li key={code}>
            <button
              type="button"
              className={css.row}
              aria-pressed={chosen === code}
              onClick={() => { onChoose(code, end); }}
            >
              <span className={css.name}>
                {name}
                {own.has(code) ? <i className={css.own}><span className="hidden">{texts.points.own}</span></i> : null}
              </span>
              <Sparkline stretches={route.stretches} axis={axis} most={most} />
              <Least route={route} unit={unit} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Least({ route, unit }: { readonly route: FreeRoute; readonly unit: CommercialUnit }) {
  const least = leastFree(route);
  if (least === undefined) return <span className={css.none}>{texts.points.notOnSale}</span>;
  return (
    <span className={css.figure} title={least.isBound ? texts.free.boundWhy : undefined}>
      {least.isBound ? <span className={css.bound}>≤ </span> : null}
      {short(least.quantity, unit)}
    </span>
  );
}
