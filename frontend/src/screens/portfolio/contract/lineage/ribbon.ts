/** Who holds what of a contract, as a tree: a column a step from the first contract, a row a contract. */
import { drawn } from "../../../../format/drawing";
import type { Quantity } from "../../../../format/amounts";

export interface Member {
  readonly code: string;
  readonly parentCode: string | null;
  readonly quantity: Quantity;
}

export interface Box<Of extends Member> {
  readonly member: Of;
  readonly column: number;
  readonly row: number;
  /** The box it was passed on from; undefined where that is not in the list. */
  readonly from: { readonly column: number; readonly row: number } | undefined;
  /** The part of the largest quantity in the tree, from 0 to 1. */
  readonly breadth: number;
}

/** A first child goes on in the row of its parent, the others each begin a row. */
export function ribbonOf<Of extends Member>(members: readonly Of[]): Box<Of>[] {
  const codes = new Set(members.map(({ code }) => code));
  const most = Math.max(1, ...members.map(({ quantity }) => drawn(quantity)));
  const boxes: Box<Of>[] = [];
  let rows = 0;
  const grow = (member: Of, column: number, row: number, from: Box<Of>["from"]) => {
    boxes.push({ member, column, row, from, breadth: drawn(member.quantity) / most });
    const children = members.filter(({ parentCode }) => parentCode === member.code);
    children.forEach((child, place) => {
      if (place > 0) rows += 1;
      grow(child, column + 1, place === 0 ? row : rows - 1, { column, row });
    });
  };
  for (const member of members) {
    if (member.parentCode !== null && codes.has(member.parentCode)) continue;
    rows += 1;
    grow(member, 0, rows - 1, undefined);
  }
  return boxes;
}
