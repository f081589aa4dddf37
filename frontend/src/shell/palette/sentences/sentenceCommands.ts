/** Sentences as commands: where each leads, and what will happen, in words, before one chooses it. */
import { unitName, whole } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { addMonths, fullDays, monthOf, weekday } from "../../../format/days";
import { labelOf } from "../../../format/names";
import type { Address, Span } from "../../../screens/network/address";
import { shownTime, SPANS } from "../../../screens/network/address";
import { daysOf } from "../../../screens/network/request/draft";
import { offerAddress } from "../../../screens/portfolio/contract/offerAddress";
import { texts } from "../../../texts/en";
import type { Command } from "../commands";
import type { Grounds, Problem, SaidRoute, Sentence } from "./sentence";

/** `shown` is what the network screen shows now; what is not said stays. */
export function sentenceCommand(sentence: Sentence, { network, today }: Grounds, shown: Address): Command {
  const words = texts.palette.sentences;
  const unit = unitName(network.unit);
  switch (sentence.kind) {
    case "book": {
      const { route, quantity, days, isInterruptible } = sentence;
      const search: Address = {
        ...codesOf(route), ...axisFor(days, today), quantity, start: days?.start, end: days?.end, firmness: isInterruptible ? "INTERRUPTIBLE" : undefined,
      };
      const asked = quantity === undefined ? undefined : `${whole(quantity)} ${unit}`;
      const name = words.book(asked, texts.firmness[isInterruptible ? "INTERRUPTIBLE" : "FIRM"], nameOf(route), fullDays(daysOf(search, today)));
      return { kind: "request", name, act: { kind: "go", network: network.code, search } };
    }
    case "free": {
      const { route, days } = sentence;
      const search: Address = { ...codesOf(route), ...axisFor(days, today), show: "free" };
      const name = words.free(nameOf(route), fullDays(days ?? shownTime({}, today).axis));
      return { kind: "free", name, act: { kind: "go", network: network.code, search } };
    }
    case "day": {
      const { day } = sentence;
      const { axis } = shownTime(shown, today);
      const from = day < axis.start || day >= axis.end ? monthOf(day) : shown.from;
      return { kind: "day", name: words.day(weekday(day)), act: { kind: "go", network: network.code, search: { day, from }, isKept: true } };
    }
    case "need":
      return { kind: "need", name: words.need(whole(sentence.quantity), unit), act: { kind: "need", network: network.code, need: sentence.quantity } };
    case "contract":
      return { kind: "contract", name: words.contract(sentence.code), act: { kind: "portfolio", network: network.code, search: { contract: sentence.code } } };
    case "offer":
      return { kind: "offer", name: words.offer[sentence.offer](sentence.code), act: { kind: "offer", href: offerAddress(network.code, sentence.code, sentence.offer) } };
  }
}

const codesOf = ({ receipt, delivery }: SaidRoute): Address => ({ receipt: receipt?.code, delivery: delivery?.code });

const nameOf = ({ receipt, delivery }: SaidRoute): string =>
  texts.route.name(receipt === undefined ? undefined : labelOf(receipt), delivery === undefined ? undefined : labelOf(delivery));

const MONTHS: Record<Span, number> = { 1: 1, 4: 4, 12: 12 };

/** The time axis on which some days are seen: the usual one if it has them, else one from their start on. */
function axisFor(days: Days | undefined, today: GasDay): Address {
  if (days === undefined) return {};
  const { axis } = shownTime({}, today);
  const day = days.start < today ? today : days.start;
  if (days.start >= axis.start && days.end <= axis.end) return { day };
  const months = SPANS.find((span) => addMonths(days.start, MONTHS[span]) >= days.end) ?? "12";
  return { day: days.start, from: days.start, months };
}

export function problemText(problem: Problem): string {
  switch (problem.kind) {
    case "unknown":
      return texts.palette.problems.unknown(problem.word);
    case "incomplete":
      return texts.palette.problems.incomplete[problem.verb];
    case "no path":
      return texts.palette.problems.noPath;
  }
}
