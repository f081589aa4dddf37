/** What a cell of the matrix says and how it looks: only what is proved is shown as a quantity that can be had. */
import type { CommercialUnit, Currency, Quantity } from "../../../../format/amounts";
import { short, unitName, unitPrice, whole } from "../../../../format/amounts";
import { drawn, isLess } from "../../../../format/drawing";
import { freeClass } from "../../../../free/free";
import { availabilityTexts } from "../../../../texts/availability";
import { texts } from "../../../../texts/en";
import type { Path, Paths } from "../paths";
import { standingOf } from "../paths";

export interface CellContext {
  readonly unit: CommercialUnit;
  readonly currency: Currency;
  readonly demanded: Paths["demanded"];
  /** The longest of the figures shown that are proved. */
  readonly most: number;
  readonly need: Quantity | undefined;
  readonly nameOf: (code: string) => string;
}

export interface Cell {
  readonly figure: string;
  readonly price: string | undefined;
  /** All of it in words: path, quantity, unit, whether it is proved, price. */
  readonly spoken: readonly string[];
  /** Of the colour, from 0 for nothing to 6; undefined where the cell has none. */
  readonly shade: number | undefined;
  readonly isBound: boolean;
  readonly isShort: boolean;
}

const { matrix } = availabilityTexts;

export function cellOf(path: Path, { unit, currency, demanded, most, need, nameOf }: CellContext): Cell {
  const { receipt, delivery, figure, price } = path;
  const standing = standingOf(path);
  const isShort = need !== undefined && figure !== undefined && isLess(figure.quantity, need);
  const isBound = standing === "bound";
  const money = price === undefined ? undefined : unitPrice(price, currency);
  const said = [
    `${texts.route.name(nameOf(receipt), nameOf(delivery))}: ${quantityOf(path, unit)}`,
    ...(isBound ? [matrix.boundWhy(texts.levels[demanded])] : standing === "proved" ? [texts.proved[demanded]] : []),
    ...(isShort && standing !== "none" ? [matrix.short] : []),
    ...(money === undefined ? [] : [matrix.price(money, unitName(unit))]),
  ];
  return {
    figure: figure === undefined ? "–" : `${isBound ? "≤ " : ""}${short(figure.quantity, unit)}`,
    price: money,
    spoken: said.map((sentence) => sentence.replace(/\.$/, "")),
    shade: figure === undefined || isBound || isShort ? undefined : freeClass(figure.quantity, most),
    isBound,
    isShort,
  };
}

function quantityOf(path: Path, unit: CommercialUnit): string {
  const { figure } = path;
  if (figure === undefined) return matrix.unknown;
  const [quantity, name] = [whole(figure.quantity), unitName(unit)];
  switch (standingOf(path)) {
    case "none":
      return matrix.none;
    case "bound":
      return matrix.bound(quantity, name);
    default:
      return matrix.proved(quantity, name);
  }
}

/** The longest figure of some paths that is proved. */
export const mostOf = (paths: readonly Path[]): number =>
  paths.reduce((most, { figure }) => (figure === undefined || figure.isBound ? most : Math.max(most, drawn(figure.quantity))), 0);
