/** The handover points with what they still offer: the map's twin for keyboards and screen readers. */
import type { KeyboardEvent } from "react";
import { memo, useMemo, useState } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { short, shortUnitName } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { drawn } from "../../../format/drawing";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import type { Address, RouteCodes } from "../address";
import type { FreeRoute } from "../../../free/free";
import { leastFree, mostDrawn } from "../../../free/free";
import type { FreePoints } from "../useWorkspace";
import css from "./PointsList.module.css";
import { Sparkline } from "./Sparkline";

type End = "delivery" | "receipt";
interface Props {
  readonly free: FreePoints | undefined;
  readonly unit: CommercialUnit;
  readonly axis: Days;
  readonly nameOf: (code: string) => string;
  readonly own: ReadonlySet<string>;
  readonly chosen: RouteCodes | undefined;
  /** The filter and the order of the list. */
  readonly address: Pick<Address, "find" | "order">;
  readonly onChoose: (code: string, end: End) => void;
  readonly onGo: (change: Partial<Address>, isStep: true) => void;
}

export function PointsList({ free, unit, axis, nameOf, own, chosen, address, onChoose, onGo }: Props) {
  const [typed, setTyped] = useState<string>();
  const filter = typed ?? address.find ?? "";
  const order = address.order ?? "name";
  const [at, setAt] = useState<string>();
  const most = useMemo(() => (free === undefined ? 0 : mostDrawn([...free.entries, ...free.exits])), [free]);
  const rows = useMemo(
    () => free && [...ordered(free.entries, "receipt", order, nameOf), ...ordered(free.exits, "delivery", order, nameOf)],
    [free, order, nameOf],
  );
  const seen = rows?.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())) ?? [];
  const isChosen = ({ code, end }: Row): boolean => chosen?.[end] === code;
  // Of thousands of points the tab key stops at one, from which arrows go on.
  const stop = (seen.find(({ key }) => key === at) ?? seen.find(isChosen) ?? seen[0])?.key;
  const group = (end: End, title: string) => (
    <>
      <h3 className={css.group}>{title}</h3>
      <ul>
        {seen.filter((row) => row.end === end).map((row) => (
          <PointRow
            key={row.key}
            {...{ row, unit, most }}
            from={axis.start}
            to={axis.end}
            isChosen={isChosen(row)}
            isOwn={own.has(row.code)}
            isStop={row.key === stop}
          />
        ))}
      </ul>
    </>
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
          onChange={({ target: { value } }) => {
            setTyped(value);
            onGo({ find: value === "" ? undefined : value }, true);
          }}
          onBlur={() => { setTyped(undefined); }}
        />
        <button type="button" onClick={() => { onGo({ order: order === "name" ? "free" : undefined }, true); }}>
          {texts.points.order[order]}
        </button>
      </div>
      <p id="points-keys" className="hidden">{texts.points.keys}</p>
      <div
        className={css.list}
        tabIndex={-1}
        role="group"
        aria-label={texts.points.list}
        aria-describedby="points-keys"
        onKeyDown={goOn}
        onFocus={({ target }) => { setAt(rowAt(target, seen)?.key); }}
        onClick={({ target }) => {
          const row = rowAt(target, seen);
          if (row !== undefined) onChoose(row.code, row.end);
        }}
      >
        {free === undefined ? <Skeleton rows={18} /> : (
          <>
            {group("receipt", texts.points.entries(free.entries.length))}
            {group("delivery", texts.points.exits(free.exits.length))}
          </>
        )}
      </div>
    </section>
  );
}

/** The row in which something is. */
const rowAt = (target: EventTarget, rows: readonly Row[]): Row | undefined => {
  const key = target instanceof Element ? target.closest<HTMLElement>("[data-row]")?.dataset.row : undefined;
  return rows.find((row) => row.key === key);
};

/** Arrows go from row to row, Home and End to the first and the last. */
function goOn(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const place = buttons.findIndex((button) => button === document.activeElement);
  const next = new Map([["ArrowDown", place + 1], ["ArrowUp", place - 1], ["Home", 0], ["End", buttons.length - 1]]).get(event.key);
  if (next === undefined) return;
  event.preventDefault();
  buttons[next]?.focus();
}

interface Row {
  readonly key: string;
  readonly code: string;
  readonly name: string;
  readonly end: End;
  readonly route: FreeRoute;
}

const byName = new Intl.Collator("en", { numeric: true });

function ordered(routes: readonly FreeRoute[], end: End, order: "free" | "name", nameOf: (code: string) => string): Row[] {
  const rows = routes.flatMap((route): Row[] => {
    const code = route[end];
    return code === null ? [] : [{ key: `${end} ${code}`, code, name: nameOf(code), end, route }];
  });
  const length = ({ route }: Row): number => {
    const least = leastFree(route);
    return least === undefined ? -1 : drawn(least.quantity);
  };
  return rows.sort((one, other) => (order === "free" ? length(other) - length(one) : 0) || byName.compare(one.name, other.name));
}

interface RowProps {
  readonly row: Row;
  readonly unit: CommercialUnit;
  readonly from: GasDay;
  readonly to: GasDay;
  readonly most: number;
  readonly isChosen: boolean;
  readonly isOwn: boolean;
  readonly isStop: boolean;
}

/** Drawn again only when it changes itself: while one drags the gas day thousands stay as they are. */
const PointRow = memo(function PointRow({ row: { key, name, route }, unit, from, to, most, isChosen, isOwn, isStop }: RowProps) {
  return (
    <li>
      <button type="button" className={css.row} data-row={key} tabIndex={isStop ? 0 : -1} aria-pressed={isChosen}>
        <span className={css.name} title={name}>
          {name}
          {isOwn ? <i className={css.own}><span className="hidden">{texts.points.own}</span></i> : null}
        </span>
        <Sparkline stretches={route.stretches} axis={{ start: from, end: to }} most={most} />
        <Least route={route} unit={unit} />
      </button>
    </li>
  );
});

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
