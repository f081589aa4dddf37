/** The document "linepack.proof/1": a verdict with its certificates, and what they are about. */
import type { DayProof, Level, Outcome, Request } from "./certificates";
import { LEVELS, OUTCOMES, readDayProof } from "./certificates";
import type { Days, Firmness, Rights } from "./rights";
import { readDays, readRoute, readStack } from "./rights";
import type { Reader } from "./reader";

export interface Verdict {
  readonly request: Request;
  readonly outcome: Outcome;
  readonly level: Level;
  readonly demandedLevel: Level | null;
  readonly revisionId: string;
  readonly rightsVersion: bigint;
  readonly proofs: readonly DayProof[];
}

/** The rights of one firmness on gas days alike. */
export interface BookedDays {
  readonly periods: readonly Days[];
  readonly stack: Rights;
}

/** A dated factor of an edge's capacity: `numerator` / `denominator`. */
export interface Overlay {
  readonly edge: string;
  readonly period: Days;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The range of a configuration of a station: normals · (kg/s, bar in, bar out) ≤ offsets. */
export interface OperatingRange {
  readonly configuration: string;
  readonly normals: readonly (readonly [number, number, number])[];
  readonly offsets: readonly number[];
}

/** Figures of the laws of flow that take transcendental functions or an approximation. */
export interface Hydraulics {
  /** β by element, bar² s²/kg². */
  readonly resistance: readonly number[];
  /** σ by node. */
  readonly elevation: readonly number[];
  readonly ranges: ReadonlyMap<string, readonly OperatingRange[]>;
}

export interface ProofDocument {
  readonly network: { readonly code: string; readonly revisionId: string; readonly sha256: string };
  readonly rights: { readonly version: bigint; readonly firmness: Firmness; readonly days: readonly BookedDays[] };
  readonly overlays: readonly Overlay[];
  readonly hydraulics: Hydraulics | null;
  readonly verdict: Verdict;
}

const FIRMNESSES = ["firm", "interruptible"] as const;

export function readDocument(reader: Reader): ProofDocument {
  const of = reader.members(["schema", "network", "rights", "overlays", "hydraulics", "verdict"]);
  of("schema").choice(["linepack.proof/1"]);
  const network = of("network").members(["code", "revision_id", "sha256"]);
  const rights = of("rights").members(["version", "firmness", "days"]);
  return {
    network: { code: network("code").text(), revisionId: network("revision_id").text(), sha256: network("sha256").text() },
    rights: {
      version: rights("version").whole(),
      firmness: rights("firmness").choice(FIRMNESSES),
      days: rights("days").list(readBookedDays),
    },
    overlays: of("overlays").list(readOverlay),
    hydraulics: of("hydraulics").optional(readHydraulics),
    verdict: readVerdict(of("verdict")),
  };
}

function readBookedDays(reader: Reader): BookedDays {
  const of = reader.members(["periods", "stack"]);
  return { periods: of("periods").list(readDays), stack: readStack(of("stack")) };
}

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d{1,3}))?$/;

function readOverlay(reader: Reader): Overlay {
  const of = reader.members(["edge_id", "period", "factor"]);
  const match = DECIMAL.exec(of("factor").text());
  if (match === null) of("factor").note("must be a decimal");
  const [, digits = "0", decimals = "", exponent = "0"] = match ?? [];
  const shift = Number(exponent) - decimals.length;
  const power = 10n ** BigInt(Math.abs(shift));
  const mantissa = BigInt(digits + decimals);
  return {
    edge: of("edge_id").text(),
    period: readDays(of("period")),
    numerator: shift > 0 ? mantissa * power : mantissa,
    denominator: shift < 0 ? power : 1n,
  };
}

function readHydraulics(reader: Reader): Hydraulics {
  const of = reader.members(["resistance", "elevation", "ranges"]);
  const ranges = new Map<string, OperatingRange[]>();
  for (const [edge, range] of of("ranges").list(readRange)) ranges.set(edge, [...(ranges.get(edge) ?? []), range]);
  return { resistance: numbers(of("resistance")), elevation: numbers(of("elevation")), ranges };
}

const numbers = (reader: Reader): number[] => reader.list((item) => item.number());

function readRange(reader: Reader): readonly [string, OperatingRange] {
  const of = reader.members(["edge_id", "configuration", "normals", "offsets"]);
  const normals = of("normals").list((item) => item.tuple(3).map((one) => one.number()) as [number, number, number]);
  const offsets = numbers(of("offsets"));
  if (normals.length !== offsets.length) of("offsets").note("must be as many as the normals");
  return [of("edge_id").text(), { configuration: of("configuration").text(), normals, offsets }];
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The explanation of a refusal proves nothing and is not read. */
const EXPLANATION = ["bottlenecks", "largest", "largest_throughout", "bound_throughout", "is_explained", "shortages"];
const VERDICT = [
  ...["request", "outcome", "level", "revision_id", "rights_version", "solver", "solver_version", "model_hash"],
  ...["decided_at", "proofs", "reason", "demanded_level"],
];

function readVerdict(reader: Reader): Verdict {
  const of = reader.members([...VERDICT, ...EXPLANATION]);
  for (const name of ["solver", "solver_version", "model_hash", "decided_at"]) of(name).text();
  const revisionId = of("revision_id").text();
  if (!UUID.test(revisionId)) of("revision_id").note("must be an identifier");
  return {
    request: readRequest(of("request")),
    outcome: of("outcome").choice(OUTCOMES),
    level: of("level").choice(LEVELS),
    demandedLevel: of("demanded_level").optional((one) => one.choice(LEVELS)),
    revisionId,
    rightsVersion: of("rights_version").whole(),
    proofs: of("proofs").or<DayProof[]>([], (one) => one.list(readDayProof)),
  };
}

function readRequest(reader: Reader): Request {
  const of = reader.members(["route", "quantity", "period", "firmness"]);
  const quantity = of("quantity").whole();
  if (quantity <= 0n) of("quantity").note("must be positive");
  return {
    route: readRoute(of("route")),
    quantity,
    period: readDays(of("period")),
    firmness: of("firmness").or("firm", (one) => one.choice(FIRMNESSES)),
  };
}
