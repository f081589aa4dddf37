import { expect, it } from "vitest";
import { quantityOfDigits } from "../../format/amounts";
import type { GasDay } from "../../format/days";
import { bookedIn } from "./booked";

it("is by codes of points, days since 1970 and exact quantities", () => {
  const quantity = quantityOfDigits("900719925474099");
  if (quantity === undefined) throw new Error("no quantity");
  const delivery = { id: "n", code: "sink_2", name: "Second" };
  const contract = {
    network: { id: "g", code: "gaslib-40" },
    routes: [{ quantity, route: { kind: "EXIT" as const, receipt: null, delivery } }],
    period: { start: "2027-01-14" as GasDay, end: "2027-01-16" as GasDay },
    firmness: "INTERRUPTIBLE" as const,
  };
  expect(bookedIn(contract)).toEqual({
    network: "gaslib-40",
    rights: [{ route: { receipt: null, delivery: "sink_2" }, quantity: 900_719_925_474_099n }],
    period: { start: 20_832, end: 20_834 },
    firmness: "interruptible",
  });
});
