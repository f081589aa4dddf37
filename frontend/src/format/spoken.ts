/** Gas days as people write them: "october", "1 oct 2027", "q4", "winter 2027", "dec to mar", "2027-10-01 to 2027-10-15". */
import type { Days, GasDay } from "./days";
import { addDays, addMonths, monthOf, parseGasDay } from "./days";

export interface SpokenDays {
  readonly days: Days;
  /** How many of the words say it. */
  readonly used: number;
}

/** A day or some months, of a given year or of none. */
interface Span {
  /** The month and day such as "-10-01", or a whole date when the year is part of it. */
  readonly at: string;
  readonly year: string | undefined;
  /** 0 for a single gas day. */
  readonly months: number;
  readonly used: number;
}

const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const SHORTEST_NAME = 3;
const SEASONS = new Map<string, readonly [month: number, months: number]>(Object.entries({
  q1: [1, 3], q2: [4, 3], q3: [7, 3], q4: [10, 3], summer: [4, 6], winter: [10, 6], "gas-year": [10, 12],
} as const));
const YEAR = /^20\d\d$/;
const ISO_MONTH = /^20\d\d-(?:0[1-9]|1[0-2])$/;
const DAY = /^(\d{1,2})(?:st|nd|rd|th)?$/;
const JOINTS = new Set(["-", "–", "—", "through", "till", "to", "until"]);
/** A leap day comes within as many years. */
const YEARS_TRIED = 9;

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** 1 for January, also of "jan" or "sept"; 0 for no month. */
function monthOfName(word: string | undefined): number {
  if (word === undefined || word.length < SHORTEST_NAME) return 0;
  return MONTHS.findIndex((name) => name.startsWith(word)) + 1;
}

/** Words of a text; ranges without spaces, such as "dec–mar", fall apart. */
export function spokenWords(text: string): string[] {
  const words = text.toLowerCase().replaceAll(/[–—]/g, " – ").replaceAll(/gas[ -]year/g, "gas-year").split(/\s+/);
  return words
    .flatMap((word) => {
      const [first, second, ...more] = word.split("-");
      const isRange = more.length === 0 && monthOfName(first) > 0 && monthOfName(second) > 0;
      return isRange && first !== undefined && second !== undefined ? [first, "–", second] : [word];
    })
    .map((word) => word.replace(/[,;.]$/, ""))
    .filter((word) => word !== "");
}

export const isYear = (word: string): boolean => YEAR.test(word);

/** Read the gas days at the beginning of some words; without a year the next ones that have not begun. */
export function readSpokenDays(words: readonly string[], today: GasDay): SpokenDays | undefined {
  const first = readSpan(words, today);
  if (first === undefined) return undefined;
  const joint = words[first.used];
  const second = joint !== undefined && JOINTS.has(joint) ? readSpan(words.slice(first.used + 1), today) : undefined;
  if (second === undefined) {
    const start = startOf(first, today);
    return start === undefined ? undefined : { days: { start, end: endOf(first, start) }, used: first.used };
  }
  const days = range(first, second, today);
  return days === undefined ? undefined : { days, used: first.used + 1 + second.used };
}

function range(first: Span, second: Span, today: GasDay): Days | undefined {
  if (first.year === undefined && second.year !== undefined) {
    const last = startOf(second, today);
    const start = last === undefined ? undefined : latest(first, last);
    return last === undefined || start === undefined ? undefined : { start, end: endOf(second, last) };
  }
  const start = startOf(first, today);
  const last = start === undefined ? undefined : startOf(second, start);
  if (start === undefined || last === undefined || last < start) return undefined;
  return { start, end: endOf(second, last) };
}

const endOf = ({ months }: Span, start: GasDay): GasDay => (months === 0 ? addDays(start, 1) : addMonths(start, months));

/** The first day of a span: of its year, or else the first that is not before a day. */
function startOf({ at, year }: Span, from: GasDay): GasDay | undefined {
  if (year !== undefined) return parseGasDay(year + at);
  const begins = Number(from.slice(0, 4));
  return Array.from({ length: YEARS_TRIED }, (_, later) => parseGasDay(`${String(begins + later)}${at}`)).find((day) => day !== undefined && day >= from);
}

/** The last time that a span begins before a day. */
function latest({ at }: Span, before: GasDay): GasDay | undefined {
  const ends = Number(before.slice(0, 4));
  return Array.from({ length: YEARS_TRIED }, (_, earlier) => parseGasDay(`${String(ends - earlier)}${at}`)).find((day) => day !== undefined && day < before);
}

function readSpan(words: readonly string[], today: GasDay): Span | undefined {
  const [word, next, third] = words;
  if (word === undefined) return undefined;
  const yearAt = (place: number): string | undefined => {
    const year = words[place];
    return year !== undefined && isYear(year) ? year : undefined;
  };
  const span = (month: number, day: number, months: number, used: number): Span => {
    const year = yearAt(used);
    return { at: `-${twoDigits(month)}-${twoDigits(day)}`, year, months, used: used + (year === undefined ? 0 : 1) };
  };
  const on = (date: GasDay, months: number, used: number): Span => ({ at: date.slice(4), year: date.slice(0, 4), months, used });
  if (word === "today") return on(today, 0, 1);
  if (word === "tomorrow") return on(addDays(today, 1), 0, 1);
  if (word === "next" && next === "month") return on(addMonths(monthOf(today), 1), 1, 2);
  const date = parseGasDay(word);
  if (date !== undefined) return on(date, 0, 1);
  if (ISO_MONTH.test(word)) return { at: `${word.slice(4)}-01`, year: word.slice(0, 4), months: 1, used: 1 };
  if (isYear(word)) return { at: "-01-01", year: word, months: 12, used: 1 };
  const season = SEASONS.get(word);
  if (season !== undefined) return span(season[0], 1, season[1], 1);
  if (monthOfName(word) > 0) return span(monthOfName(word), 1, 1, 1);
  const [, day] = DAY.exec(word) ?? [];
  const month = monthOfName(next === "of" ? third : next);
  return day === undefined || month === 0 ? undefined : span(month, Number(day), 0, next === "of" ? 3 : 2);
}
