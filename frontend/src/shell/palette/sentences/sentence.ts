/** What a typed sentence asks for: a request, what is free, a gas day, a need, a contract, or an offer of one. */
import type { Quantity } from "../../../format/amounts";
import { readQuantity } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import type { SpokenDays } from "../../../format/spoken";
import { isYear, readSpokenDays, spokenWords } from "../../../format/spoken";
import type { ListedNetwork } from "../../queries";
import type { ListedPoint } from "./points";
import { readPoints } from "./points";

export interface SaidRoute {
  readonly receipt?: ListedPoint | undefined;
  readonly delivery?: ListedPoint | undefined;
}

export type OfferVerb = "call" | "listing" | "release";

export type Sentence =
  | {
    readonly kind: "book";
    readonly route: SaidRoute;
    readonly quantity: Quantity | undefined;
    readonly days: Days | undefined;
    readonly isInterruptible: boolean;
  }
  | { readonly kind: "free"; readonly route: SaidRoute; readonly days: Days | undefined }
  | { readonly kind: "day"; readonly day: GasDay }
  | { readonly kind: "need"; readonly quantity: Quantity }
  | { readonly kind: "contract"; readonly code: string }
  | { readonly kind: "offer"; readonly offer: OfferVerb; readonly code: string };

export type Problem =
  | { readonly kind: "unknown"; readonly word: string }
  | { readonly kind: "incomplete"; readonly verb: Verb }
  | { readonly kind: "no path" };

/** What is understood of a text. */
export interface Reading {
  /** Several where the words can mean several points or contracts. */
  readonly sentences: readonly Sentence[];
  readonly problem?: Problem;
}

/** What sentences are about. */
export interface Grounds {
  readonly network: ListedNetwork;
  readonly today: GasDay;
  /** Codes of own contracts. */
  readonly contracts: readonly string[];
}

export type Verb = "book" | "contract" | "day" | "free" | "need" | OfferVerb;

const VERBS = new Map<string, Verb>(Object.entries({
  ask: "book", book: "book", request: "book", reserve: "book",
  availability: "free", available: "free", free: "free",
  day: "day", go: "day",
  need: "need",
  contract: "contract", portfolio: "contract",
  call: "call", list: "listing", release: "release",
} as const));
const FILLERS = new Set(["a", "at", "capacity", "during", "entry", "exit", "firm", "for", "in", "is", "me", "of", "on", "show", "the", "what", "with"]);
/** What a sentence without a verb begins with to be a gas day; a month alone may be the beginning of a name. */
const BARE_DAY = /^(?:\d|today$|tomorrow$)/;
const WAYS = new Map<string, "delivery" | "receipt">([["from", "receipt"], ["to", "delivery"], ["›", "delivery"]]);
/** A unit in a word of its own. */
const UNIT = /^[kmg]?(?:wh?)?(?:\/[hd])?$/;

const NOTHING: Reading = { sentences: [] };

export function readSentence(text: string, grounds: Grounds): Reading {
  const said = spokenWords(text);
  const words = said.slice(Math.max(0, said.findIndex((word) => !FILLERS.has(word))));
  const [first, ...rest] = words;
  const verb = first === undefined ? undefined : VERBS.get(first);
  switch (verb) {
    case undefined:
      return withoutVerb(words, grounds);
    case "need":
      return readNeed(rest, grounds);
    case "day":
      return readDay(rest, grounds);
    case "call":
    case "contract":
    case "listing":
    case "release":
      return readContract(verb, rest, grounds);
    case "book":
    case "free":
      return readRequest(verb, rest, grounds);
  }
}

/** A date alone is a day; a point with a quantity is a request, with days what is free; else it is no sentence. */
function withoutVerb(words: readonly string[], grounds: Grounds): Reading {
  const [first = ""] = words;
  const said = BARE_DAY.test(first) && !isYear(first) ? readSpokenDays(words, grounds.today) : undefined;
  if (said?.used === words.length) return { sentences: [{ kind: "day", day: said.days.start }] };
  const parts = readParts("book", words, grounds);
  if (parts.routes.length === 0 || parts.unknown !== undefined) return NOTHING;
  if (parts.quantity !== undefined) return readRequest("book", words, grounds);
  return parts.days === undefined ? NOTHING : readRequest("free", words, grounds);
}

function readNeed(words: readonly string[], { network }: Grounds): Reading {
  const quantity = quantityAt(words, 0, network)?.quantity;
  return quantity === undefined ? { sentences: [], problem: { kind: "incomplete", verb: "need" } } : { sentences: [{ kind: "need", quantity }] };
}

function readDay(words: readonly string[], { today }: Grounds): Reading {
  const said = readSpokenDays(words.filter((word) => word !== "to" && word !== "day"), today);
  return said === undefined ? { sentences: [], problem: { kind: "incomplete", verb: "day" } } : { sentences: [{ kind: "day", day: said.days.start }] };
}

const CODE_MIN = 3;
const CONTRACTS_MAX = 5;

function readContract(verb: OfferVerb | "contract", words: readonly string[], { contracts }: Grounds): Reading {
  const said = words.filter((word) => !FILLERS.has(word)).join("");
  if (said.length < CODE_MIN) return { sentences: [], problem: { kind: "incomplete", verb } };
  const found = contracts.filter((code) => code.toLowerCase().includes(said)).slice(0, CONTRACTS_MAX);
  if (found.length === 0) return { sentences: [], problem: { kind: "unknown", word: said } };
  return { sentences: found.map((code) => (verb === "contract" ? { kind: "contract", code } : { kind: "offer", offer: verb, code })) };
}

function readRequest(verb: "book" | "free", words: readonly string[], grounds: Grounds): Reading {
  const { routes, quantity, days, isInterruptible, unknown, hasNoPath } = readParts(verb, words, grounds);
  if (unknown !== undefined) return { sentences: [], problem: { kind: "unknown", word: unknown } };
  if (hasNoPath) return { sentences: [], problem: { kind: "no path" } };
  if (routes.length === 0) return { sentences: [], problem: { kind: "incomplete", verb } };
  return {
    sentences: routes.map((route) => (verb === "book" ? { kind: "book", route, quantity, days, isInterruptible } : { kind: "free", route, days })),
  };
}

interface Parts {
  readonly routes: readonly SaidRoute[];
  readonly hasNoPath: boolean;
  readonly quantity: Quantity | undefined;
  readonly days: Days | undefined;
  readonly isInterruptible: boolean;
  readonly unknown: string | undefined;
}

/** The parts of a request in whatever order. A number such as 2027 is a year, but right after "book" a quantity. */
function readParts(verb: "book" | "free", words: readonly string[], { network, today }: Grounds): Parts {
  let routes: readonly SaidRoute[] = [];
  let [quantity, days, isInterruptible, hasNoPath]: [Quantity | undefined, Days | undefined, boolean, boolean] = [undefined, undefined, false, false];
  let unknown: string | undefined;
  let towards: "delivery" | "receipt" | undefined;
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? "";
    const rest = words.slice(at);
    const saidDays: SpokenDays | undefined = days === undefined && (at > 0 || verb === "free" || !isYear(word)) ? readSpokenDays(rest, today) : undefined;
    const amount: SaidQuantity | undefined = saidDays === undefined && quantity === undefined ? quantityAt(words, at, network) : undefined;
    const way = WAYS.get(word);
    const points = saidDays === undefined && amount === undefined && way === undefined ? readPoints(rest, network, FILLERS.has(word)) : undefined;
    if (word === "interruptible") isInterruptible = true;
    else if (way !== undefined) towards = way;
    else if (saidDays !== undefined) days = saidDays.days;
    else if (amount !== undefined) quantity = amount.quantity;
    else if (points !== undefined) {
      const joined = withPoints(routes, points.points, towards);
      hasNoPath ||= joined.length === 0;
      routes = joined;
      towards = undefined;
    } else if (!FILLERS.has(word)) unknown ??= word;
    at += saidDays?.used ?? amount?.used ?? points?.used ?? 1;
  }
  return { routes, hasNoPath, quantity, days, isInterruptible, unknown };
}

/** Each route that there is already with each of the points at its free end. */
function withPoints(routes: readonly SaidRoute[], points: readonly ListedPoint[], towards: "delivery" | "receipt" | undefined): SaidRoute[] {
  const before: readonly SaidRoute[] = routes.length === 0 ? [{}] : routes;
  return before.flatMap((route) =>
    points.flatMap((point): SaidRoute[] => {
      const end = endOf(point, route, towards);
      return end === undefined || route[end] !== undefined ? [] : [{ ...route, [end]: point }];
    }),
  );
}

/** Entries begin a route and exits end one; other points do as is said, or else take the end that is free. */
function endOf({ role }: ListedPoint, route: SaidRoute, towards: "delivery" | "receipt" | undefined): "delivery" | "receipt" | undefined {
  const only = role === "ENTRY" ? "receipt" : role === "EXIT" ? "delivery" : undefined;
  if (only !== undefined) return towards === undefined || towards === only ? only : undefined;
  return towards ?? (route.delivery === undefined ? "delivery" : "receipt");
}

interface SaidQuantity {
  readonly quantity: Quantity;
  readonly used: number;
}

/** "1000", "6m", or with its unit in a word of its own, "1.2 GWh/h". */
function quantityAt(words: readonly string[], at: number, { unit }: ListedNetwork): SaidQuantity | undefined {
  const [word = "", next = ""] = words.slice(at, at + 2);
  const joined = next !== "" && UNIT.test(next) ? readQuantity(word + next, unit) : undefined;
  if (joined !== undefined) return { quantity: joined, used: 2 };
  const quantity = readQuantity(word, unit);
  return quantity === undefined ? undefined : { quantity, used: 1 };
}
