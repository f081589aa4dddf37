import { expect, it } from "vitest";
import type { OwnPositions } from "../queries";
import { coloursOf, heldPositions } from "./held";

it("positions at points of one name are told apart by their codes", () => {
  const at = (code: string): OwnPositions => ({
    firmness: "FIRM",
    route: { kind: "EXIT", receipt: null, delivery: { id: code, code, name: "Border" } },
    positions: [],
  });
  const held = heldPositions([at("west"), at("east")]);
  expect(held.map(({ key, name }) => [key, name])).toEqual([[" west FIRM", "hub › Border"], [" east FIRM", "hub › Border"]]);
  expect(coloursOf(held, "point", "").size).toBe(2);
});
