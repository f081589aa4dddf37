/** Books a request on the price shown: if price or verdict have changed meanwhile, nothing is booked. */
import { useState } from "react";
import { useClient } from "urql";
import { newKey } from "../../../api/idempotency";
import { texts } from "../../../texts/en";
import type { CapacityRequest } from "./draft";
import type { Booked, Possible } from "./queries";
import { BookDocument, PriceDocument } from "./queries";

export type Booking =
  | { readonly state: "booked"; readonly booked: Booked }
  | { readonly state: "booking" }
  | { readonly state: "none" }
  | { readonly state: "stopped"; readonly why: string }
  /** It was sent and no answer came: it may be booked. */
  | { readonly state: "unknown"; readonly isSending: boolean };

export function useBooking(request: CapacityRequest): readonly [Booking, (shown: Possible) => void, () => void] {
  const client = useClient();
  const [booking, setBooking] = useState<Booking>({ state: "none" });
  // One key for as long as this request is shown: sent again after a lost answer it books once.
  const [key] = useState(newKey);

  const book = async (shown: Possible): Promise<Booking> => {
    const price = await client.query(PriceDocument, { input: request }, { requestPolicy: "network-only", isUncached: true });
    const now = price.data?.dryRunBookCapacity;
    if (now === undefined) return { state: "stopped", why: texts.booking.unreachable };
    if (now.__typename !== "DryRunBookCapacityPayload") return { state: "stopped", why: texts.booking.noLonger };
    if (now.charge?.amount.amount !== shown.charge?.amount.amount) return { state: "stopped", why: texts.booking.priceChanged };
    return send();
  };
  const send = async (): Promise<Booking> => {
    const { data } = await client.mutation(BookDocument, { input: { ...request, idempotencyKey: key } });
    const answer = data?.bookCapacity;
    if (answer === undefined) return { state: "unknown", isSending: false };
    return answer.__typename === "BookCapacityPayload" ? { state: "booked", booked: answer } : { state: "stopped", why: answer.message };
  };
  return [
    booking,
    (shown) => {
      setBooking({ state: "booking" });
      void book(shown).then(setBooking);
    },
    // Whatever the price is now: of what may be booked already it says nothing.
    () => {
      setBooking({ state: "unknown", isSending: true });
      void send().then(setBooking);
    },
  ];
}
