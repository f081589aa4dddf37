/** Reads JSON into typed values and notes every fault with its place, so that all of them are shown at once. */
import type { Json } from "./json";

export interface Fault {
  /** Such as "verdict.proofs[2].certificate.flows[7]"; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What a certificate names and the network or the proof does not have; it ends the check of that proof. */
export class Unfounded extends Error {}

const NOTHING: ReadonlyMap<string, Json> = new Map();
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export class Reader {
  constructor(
    readonly value: Json | undefined,
    private readonly faults: Fault[],
    private readonly parent?: Reader,
    private readonly step: number | string = "",
  ) {}

  get path(): string {
    const before = this.parent?.path ?? "";
    if (typeof this.step === "number") return `${before}[${String(this.step)}]`;
    return before === "" ? this.step : `${before}.${this.step}`;
  }

  get isMissing(): boolean {
    return this.value === undefined;
  }

  get isNull(): boolean {
    return this.value === undefined || this.value === null;
  }

  note(message: string): void {
    this.faults.push({ path: this.path, message });
  }

  /** The members of an object; those not `known` are faults. */
  members(known?: readonly string[]): (name: string) => Reader {
    const members = this.value instanceof Map ? (this.value as ReadonlyMap<string, Json>) : NOTHING;
    if (!(this.value instanceof Map)) this.note("must be an object");
    for (const name of known === undefined ? [] : members.keys()) {
      if (known?.includes(name) === false) new Reader(undefined, this.faults, this, name).note("is unknown");
    }
    return (name) => new Reader(members.get(name), this.faults, this, name);
  }

  list<T>(read: (item: Reader) => T): T[] {
    if (!Array.isArray(this.value)) {
      this.note("must be a list");
      return [];
    }
    return (this.value as readonly Json[]).map((item, place) => read(new Reader(item, this.faults, this, place)));
  }

  /** A list of a fixed shape, whose last `optional` items may be left out. */
  tuple(length: number, optional = 0): Reader[] {
    const items = this.list((item) => item);
    if (items.length > length || items.length < length - optional) this.note(`must have ${String(length)} items`);
    return Array.from({ length }, (_, place) => items[place] ?? new Reader(undefined, this.faults, this, place));
  }

  text(): string {
    if (typeof this.value === "string") return this.value;
    this.note("must be a text");
    return "";
  }

  whole(): bigint {
    if (typeof this.value === "bigint") return this.value;
    this.note("must be a whole number");
    return 0n;
  }

  number(): number {
    if (typeof this.value === "number") return this.value;
    if (typeof this.value === "bigint") return Number(this.value);
    this.note("must be a number");
    return 0;
  }

  /** A whole number that counts things: small enough for a list. */
  count(): number {
    const found = this.whole();
    if (found >= -0x8000_0000n && found < 0x8000_0000n) return Number(found);
    this.note("is out of range");
    return 0;
  }

  flag(): boolean {
    if (typeof this.value === "boolean") return this.value;
    this.note("must be true or false");
    return false;
  }

  choice<T extends string>(choices: readonly [T, ...T[]]): T {
    const found = choices.find((one) => one === this.value);
    if (found === undefined) this.note(`must be one of ${choices.join(", ")}`);
    return found ?? choices[0];
  }

  /** A date as the days since 1970. */
  day(): number {
    const found = typeof this.value === "string" && DATE.test(this.value) ? Date.parse(this.value) : NaN;
    if (Number.isNaN(found) || new Date(found).toISOString().slice(0, 10) !== this.value) {
      this.note("must be a date");
      return 0;
    }
    return found / DAY_MS;
  }

  optional<T>(read: (reader: Reader) => T): T | null {
    return this.isNull ? null : read(this);
  }

  or<T>(otherwise: T, read: (reader: Reader) => T): T {
    return this.isMissing ? otherwise : read(this);
  }
}

/** The item at a place that exists; throws Unfounded. */
export function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new Unfounded(`there is no item ${String(place)} of ${String(list.length)}`);
  return found;
}

/** The value of a name that exists; throws Unfounded. */
export function named<T>(values: ReadonlyMap<string, T>, name: string): T {
  const found = values.get(name);
  if (found === undefined) throw new Unfounded(`“${name}” is unknown`);
  return found;
}
