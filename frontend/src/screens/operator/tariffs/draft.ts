/** A price as it is being written; undefined until it is complete. */
import type { Decimal } from "../../../format/amounts";
import { decimalOfText } from "../../../format/amounts";
import type { PriceInput } from "./queries";

export const FORMS = ["flat", "seasonal", "indexed", "tiered"] as const;
export type Form = (typeof FORMS)[number];

export interface PriceDraft {
  readonly form: Form;
  readonly price: string;
  /** One factor for each month, January first. */
  readonly factors: string;
  readonly index: string;
  readonly multiplier: string;
  readonly addend: string;
  readonly floor: string;
  readonly cap: string;
  /** A line for each tier: up to how many units, and the price; the last line is the price alone. */
  readonly tiers: string;
}

export const EMPTY: PriceDraft = {
  form: "flat",
  price: "",
  factors: "1 1 1 1 1 1 1 1 1 1 1 1",
  index: "",
  multiplier: "1",
  addend: "0",
  floor: "",
  cap: "",
  tiers: "",
};

export function priceOf(draft: PriceDraft): PriceInput | undefined {
  switch (draft.form) {
    case "flat": {
      const pricePerUnitDay = decimalOfText(draft.price);
      return pricePerUnitDay && { flat: { pricePerUnitDay } };
    }
    case "seasonal": {
      const [pricePerUnitDay, factors] = [decimalOfText(draft.price), decimals(draft.factors)];
      return pricePerUnitDay && factors && { seasonal: { base: { flat: { pricePerUnitDay } }, factors } };
    }
    case "indexed":
      return indexed(draft);
    case "tiered":
      return tiered(draft.tiers);
  }
}

const words = (text: string): string[] => text.split(/[\s;]+/).filter((word) => word !== "");

function decimals(text: string): Decimal[] | undefined {
  const found = words(text).map(decimalOfText).filter((one) => one !== undefined);
  return found.length === words(text).length && found.length > 0 ? found : undefined;
}

function indexed({ index, multiplier, addend, floor, cap }: PriceDraft): PriceInput | undefined {
  const [times, plus] = [decimalOfText(multiplier), decimalOfText(addend)];
  const [least, most] = [floor, cap].map((text) => (text.trim() === "" ? null : decimalOfText(text)));
  if (index.trim() === "" || times === undefined || plus === undefined || least === undefined || most === undefined) return undefined;
  return { indexed: { index: index.trim(), multiplier: times, addend: plus, floorPerUnitDay: least, capPerUnitDay: most } };
}

function tiered(text: string): PriceInput | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "").map((line) => decimals(line) ?? []);
  const tiers = lines.map((line, place) => (place === lines.length - 1 ? lastTier(line) : tier(line))).filter((one) => one !== undefined);
  return tiers.length === 0 || tiers.length < lines.length ? undefined : { tiered: { tiers } };
}

const tier = ([upTo, pricePerUnitDay, ...more]: readonly Decimal[]) =>
  upTo === undefined || pricePerUnitDay === undefined || more.length > 0 ? undefined : { upTo, pricePerUnitDay };

const lastTier = ([pricePerUnitDay, ...more]: readonly Decimal[]) =>
  pricePerUnitDay === undefined || more.length > 0 ? undefined : { upTo: null, pricePerUnitDay };
