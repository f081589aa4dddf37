/** Books a request on the price shown: if price or verdict have changed meanwhile, nothing is booked. */
import { useState } from "react";
import type { CombinedError } from "urql";
import { useClient } from "urql";
import { newKey } from "../../../api/idempotency";
import { mayBeDone } from "../../../api/passing";
import { session } from "../../../api/session";
import { texts } from "../../../texts/en";
import type { CapacityRequest } from "./draft";
import type { Answer, Booked, Possible } from "./queries";
import { BookDocument, PriceDocument } from "./queries";

export type Booking =
  | { readonly state: "booked"; readonly booked: Booked }
  | { readonly state: "booking" }
  | { readonly state: "none" }
  | { readonly state: "stopped"; readonly why: string }
  /** It was sent and no answer came: it may be booked. */
  | { readonly state: "unknown"; readonly isSending: boolean };

/** The keys of requests that were sent and not answered, by account and request: they may be booked, whatever is shown meanwhile. */
const unanswered = new Map<string, string>();

const nameOf = (request: CapacityRequest): string => JSON.stringify([session.get()?.viewer.account?.id, request]);

/** `onStopped` is called when what is shown is no longer true. */
export function useBooking(request: CapacityRequest, onStopped: () => void): readonly [Booking, (shown: Possible) => void, () => void] {
  const client = useClient();
  const [name] = useState(() => nameOf(request));
  const [booking, setBooking] = useState<Booking>(() => (unanswered.has(name) ? { state: "unknown", isSending: false } : { state: "none" }));
  // One key for as long as this request is shown: sent again after a lost answer it books once.
  const [key] = useState(() => unanswered.get(name) ?? newKey());

  const book = async (shown: Possible): Promise<Booking> => {
    const price = await client.query(PriceDocument, { input: request }, { requestPolicy: "network-only", isUncached: true });
    const now = price.data?.dryRunBookCapacity;
    if (now === undefined) return { state: "stopped", why: whyNot(price.error) };
    const changed = changeOf(now, shown);
    if (changed === undefined) return send();
    onStopped();
    return { state: "stopped", why: changed };
  };
  const send = async (): Promise<Booking> => {
    unanswered.set(name, key);
    const { data, error } = await client.mutation(BookDocument, { input: { ...request, idempotencyKey: key } });
    const answer = data?.bookCapacity;
    if (answer === undefined && mayBeDone(error)) return { state: "unknown", isSending: false };
    unanswered.delete(name);
    if (answer === undefined) return { state: "stopped", why: whyNot(error) };
    return answer.__typename === "BookCapacityPayload" ? { state: "booked", booked: answer } : { state: "stopped", why: texts.booking.nothing(answer.message) };
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

/** What of the answer that is shown holds no longer; undefined if all of it does. */
function changeOf(now: Answer, shown: Possible): string | undefined {
  if (now.__typename === "CapacityExhaustedProblem") return texts.booking.noLonger;
  if (now.__typename !== "DryRunBookCapacityPayload") return texts.booking.nothing(now.message);
  return now.charge?.amount.amount === shown.charge?.amount.amount ? undefined : texts.booking.priceChanged;
}

const whyNot = (error: CombinedError | undefined): string =>
  error === undefined || error.networkError !== undefined
    ? texts.booking.unreachable
    : texts.booking.nothing(error.graphQLErrors.map(({ message }) => message).join("; "));
