/** The factors of a price, and the season as a bar for each month: those of the contract in the accent. */
import { exact } from "../../../../format/amounts";
import type { Currency, Decimal } from "../../../../format/amounts";
import type { Days, GasDay } from "../../../../format/days";
import { monthOf, overlap, addMonths, shortMonth } from "../../../../format/days";
import { drawnDecimal } from "../../../../format/drawing";
import { texts } from "../../../../texts/en";
import css from "./PriceFactors.module.css";
import type { Price } from "./price";
import { priceLines } from "./price";

interface Props {
  readonly price: Price;
  readonly currency: Currency;
  readonly unit: string;
  readonly days: Days;
}

export function PriceFactors({ price, currency, unit, days }: Props) {
  return (
    <ul className={css.lines}>
      {priceLines(price, currency, unit).map(({ depth, text, season }, place) => (
        <li key={place} data-depth={Math.min(3, depth)}>
          {text}
          {season === undefined ? null : <Season factors={season} days={days} />}
        </li>
      ))}
    </ul>
  );
}

const BAR_MAX = 22;
const COLUMN = 32;
const TOP = 14;
const HEIGHT = TOP + BAR_MAX + 15;
/** Any year has the same months. */
const YEAR = "2027";

function Season({ factors, days }: { readonly factors: readonly Decimal[]; readonly days: Days }) {
  const most = Math.max(...factors.map(drawnDecimal), 0) || 1;
  const used = monthsOf(days);
  const months = factors.map((factor, month) => ({ factor, name: shortMonth(`${YEAR}-${String(month + 1).padStart(2, "0")}-01` as GasDay) }));
  return (
    <svg
      className={css.season}
      viewBox={`0 0 ${String(12 * COLUMN)} ${String(HEIGHT)}`}
      role="img"
      aria-label={`${texts.price.season}: ${months.map(({ name, factor }) => `${name} ${exact(factor)}`).join(", ")}`}
    >
      {months.map(({ factor, name }, month) => {
        const height = Math.max(0, (drawnDecimal(factor) / most) * BAR_MAX);
        const centre = month * COLUMN + COLUMN / 2;
        return (
          <g key={name} data-used={used.has(month) ? "" : undefined}>
            <rect x={month * COLUMN + 1} y={TOP + BAR_MAX - height} width={COLUMN - 2} height={height} />
            <text x={centre} y={TOP + BAR_MAX - height - 3}>{exact(factor)}</text>
            <text className={css.month} x={centre} y={HEIGHT - 3}>{name}</text>
          </g>
        );
      })}
    </svg>
  );
}

/** The months of the year, January 0, of which some gas day is among those of a contract. */
function monthsOf(days: Days): ReadonlySet<number> {
  const used = new Set<number>();
  for (let month = monthOf(days.start); month < days.end && used.size < 12; month = addMonths(month, 1)) {
    if (overlap(days, { start: month, end: addMonths(month, 1) }) !== undefined) used.add(new Date(month).getUTCMonth());
  }
  return used;
}
