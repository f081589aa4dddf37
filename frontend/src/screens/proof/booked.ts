/** What a contract says was booked, as the checker of proofs takes it. */
import { wholeNumber } from "../../format/amounts";
import { dayNumber } from "../../format/days";
import type { Booked } from "../../proofs/certificates/booked";
import type { ProvedContract } from "./queries";

const FIRMNESS = { FIRM: "firm", INTERRUPTIBLE: "interruptible" } as const;

export const bookedIn = ({ network, routes, period, firmness }: Pick<ProvedContract, "firmness" | "network" | "period" | "routes">): Booked => ({
  network: network.code,
  rights: routes.map(({ route: { receipt, delivery }, quantity }) => ({
    route: { receipt: receipt?.code ?? null, delivery: delivery?.code ?? null },
    quantity: wholeNumber(quantity),
  })),
  period: { start: dayNumber(period.start), end: dayNumber(period.end) },
  firmness: FIRMNESS[firmness],
});
