/** The matrix as a file for other programs: a line a path, as it is shown; figures exact, as the API gave them. */
import type { CommercialUnit } from "../../../format/amounts";
import { plain, plainQuantity, unitName } from "../../../format/amounts";
import { addDays } from "../../../format/days";
import { availabilityTexts } from "../../../texts/availability";
import type { Path, Paths } from "./paths";
import { standingOf } from "./paths";

/** So that spreadsheets read UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** By RFC 4180. */
export function csvOf(shown: readonly Path[], { onSale, currency, demanded, bound }: Paths, unit: CommercialUnit, nameOf: (code: string) => string): string {
  const days = onSale === undefined ? ["", ""] : [onSale.start, addDays(onSale.end, -1)];
  const lines = shown.map((path) => {
    const { receipt, delivery, figure, price } = path;
    const standing = standingOf(path);
    const quantity = figure === undefined ? "" : plainQuantity(figure.quantity);
    const isProved = standing === "proved" || standing === "none";
    return [
      ...[receipt, nameOf(receipt), delivery, nameOf(delivery)].map(asText),
      ...days,
      isProved ? quantity : "",
      isProved ? "" : quantity,
      figure === undefined ? "" : isProved ? demanded : bound,
      price === undefined ? "" : plain(price),
    ];
  });
  const header = availabilityTexts.matrix.csv(unitName(unit), currency);
  return `${BYTE_ORDER_MARK}${[header, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("")}`;
}

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A name is no formula, whatever it begins with. */
const asText = (name: string): string => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
