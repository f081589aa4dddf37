/** The ways out of a refusal, each as what it would ask for. */
import { money, unitPrice, whole } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { isNothing } from "../../../../format/drawing";
import { texts } from "../../../../texts/en";
import type { Address } from "../../address";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { BookingAlternative, Refusal } from "../queries";

export interface Way {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly price: string;
  readonly change: Partial<Address>;
}

const WAYS_MAX = 9;

export function waysOf(refusal: Refusal, request: CapacityRequest, { nameOf }: Shown): Way[] {
  const ways = refusal.alternatives.bookings.map((booking) => bookingWay(booking, nameOf));
  if (!isNothing(refusal.largestThroughout)) ways.unshift(largestWay(refusal, request));
  return ways.slice(0, WAYS_MAX);
}

const largestWay = ({ largestThroughout }: Refusal, request: CapacityRequest): Way => ({
  key: "largest",
  title: texts.alternatives.largest(whole(largestThroughout)),
  note: texts.alternatives.largestWhy(fullDays(request)),
  price: "",
  change: { quantity: largestThroughout },
});

function bookingWay({ kind, firmness, quantity, gain, period, route, charge }: BookingAlternative, nameOf: (code: string) => string): Way {
  const [receipt, delivery] = [route.receipt?.code, route.delivery?.code];
  const name = texts.route.name(receipt && nameOf(receipt), delivery && nameOf(delivery));
  return {
    key: [kind, receipt, delivery, period.start, firmness].join(" "),
    title: texts.alternatives.kinds[kind](whole(quantity), name),
    note: texts.alternatives.note(fullDays(period), texts.firmness[firmness], whole(gain)),
    price: charge === null ? "" : money(charge.amount),
    change: {
      receipt,
      delivery,
      quantity,
      start: period.start,
      end: period.end,
      firmness: firmness === "FIRM" ? undefined : firmness,
    },
  };
}

export interface Offer {
  readonly key: string;
  readonly title: string;
  readonly note: string;
}

/** Listings of others on the route. */
export const offersOf = ({ alternatives: { listings } }: Refusal): Offer[] =>
  listings.map(({ gain, listing }) => ({
    key: listing.id,
    title: texts.alternatives.listing(whole(gain)),
    note: texts.alternatives.listingWhy(fullDays(listing.capacity.period), unitPrice(listing.pricePerUnitDay, listing.currency)),
  }));
