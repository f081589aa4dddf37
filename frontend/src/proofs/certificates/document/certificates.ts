/** The kinds of certificate and how they are read; docs/guide/certificates.md says what each claims. */
import { readSteps, type Step } from "./contradiction";
import type { Days, Firmness, Right, Rights, Route } from "./rights";
import { readDays, readRight, readRoute, readStack } from "./rights";
import type { Reader } from "./reader";

export const OUTCOMES = ["feasible", "infeasible", "undecided"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const LEVELS = ["rights", "flow", "robust", "hydraulic"] as const;
export type Level = (typeof LEVELS)[number];
const KINDS = ["flow", "cut", "tree", "state", "refutation", "sold_out"] as const;
const MODES = ["open", "closed", "active", "bypass"] as const;
export type Mode = (typeof MODES)[number];

export interface FlowProof {
  readonly kind: "flow";
  readonly flows: readonly bigint[];
  readonly onlyLoaded: boolean;
}

export interface Nomination {
  readonly entries: readonly (readonly [string, bigint])[];
  readonly exits: readonly (readonly [string, bigint])[];
  readonly paths: readonly Right[];
}

export interface CutProof {
  readonly kind: "cut";
  readonly nodes: readonly string[];
  readonly capacity: bigint;
  readonly demand: bigint;
  readonly limit: Route | null;
  readonly witness: Nomination | null;
}

export interface Leaf {
  readonly type: "leaf";
  readonly scale: bigint;
  readonly hubShare: bigint;
  readonly pathShares: readonly bigint[];
  readonly flows: readonly bigint[];
  readonly loadingShare: bigint;
}

export interface Split {
  readonly type: "split";
  readonly point: string;
}

export type Item = Leaf | Split | { readonly type: "unloaded" };

export interface TreeProof {
  readonly kind: "tree";
  readonly items: readonly Item[];
  readonly onlyLoaded: boolean;
}

export interface State {
  readonly injections: readonly number[];
  readonly flows: readonly number[];
  readonly pressures: readonly number[];
  readonly modes: readonly Mode[];
  readonly configurations: readonly string[];
  readonly flangePressures: readonly number[];
}

export interface StateProof {
  readonly kind: "state";
  readonly state: State;
}

export interface InfeasibilityProof {
  readonly kind: "refutation";
  readonly steps: readonly Step[];
}

export interface SoldOutProof {
  readonly kind: "sold_out";
  readonly limit: Route | null;
  readonly stated: bigint;
  readonly sold: bigint;
}

export type Certificate = CutProof | FlowProof | InfeasibilityProof | SoldOutProof | StateProof | TreeProof;

export interface Curtailment {
  readonly factor: bigint;
  readonly stack: Rights;
  readonly steps: readonly Step[];
}

export interface DayProof {
  readonly periods: readonly Days[];
  readonly level: Level;
  readonly outcome: Outcome;
  readonly certificate: Certificate;
  readonly covering: Rights;
  readonly curtailment: Curtailment | null;
}

export interface Request {
  readonly route: Route;
  readonly quantity: bigint;
  readonly period: Days;
  readonly firmness: Firmness;
}

export function readDayProof(reader: Reader): DayProof {
  const of = reader.members(["periods", "level", "outcome", "certificate", "covering", "curtailment"]);
  return {
    periods: of("periods").list(readDays),
    level: of("level").choice(LEVELS),
    outcome: of("outcome").choice(OUTCOMES),
    certificate: readCertificate(of("certificate")),
    covering: of("covering").or<Rights>(new Map(), readStack),
    curtailment: of("curtailment").optional(readCurtailment),
  };
}

function readCurtailment(reader: Reader): Curtailment {
  const of = reader.members(["factor", "stack", "refutation"]);
  return { factor: of("factor").whole(), stack: readStack(of("stack")), steps: readRefutation(of("refutation")) };
}

const readRefutation = (reader: Reader): Step[] => readSteps(reader.members(["steps"])("steps"));
const wholes = (reader: Reader): bigint[] => reader.list((item) => item.whole());
const numbers = (reader: Reader): number[] => reader.list((item) => item.number());

function readCertificate(reader: Reader): Certificate {
  const kind = reader.members()("kind").choice(KINDS);
  switch (kind) {
    case "flow": {
      const of = reader.members(["kind", "flows", "only_loaded"]);
      return { kind, flows: wholes(of("flows")), onlyLoaded: of("only_loaded").or(false, (one) => one.flag()) };
    }
    case "cut":
      return readCut(reader);
    case "tree": {
      const of = reader.members(["kind", "items", "only_loaded"]);
      return { kind, items: of("items").list(readItem), onlyLoaded: of("only_loaded").or(false, (one) => one.flag()) };
    }
    case "state":
      return { kind, state: readState(reader.members(["kind", "state"])("state")) };
    case "refutation":
      return { kind, steps: readRefutation(reader.members(["kind", "refutation"])("refutation")) };
    case "sold_out": {
      const of = reader.members(["kind", "limit", "stated", "sold"]);
      if (of("limit").isMissing) of("limit").note("is missing");
      return { kind, limit: of("limit").optional(readRoute), stated: of("stated").whole(), sold: of("sold").whole() };
    }
  }
}

function readCut(reader: Reader): CutProof {
  const of = reader.members(["kind", "nodes", "capacity", "demand", "limit", "witness"]);
  return {
    kind: "cut",
    nodes: of("nodes").list((item) => item.text()),
    capacity: of("capacity").whole(),
    demand: of("demand").whole(),
    limit: of("limit").optional(readRoute),
    witness: of("witness").optional(readNomination),
  };
}

function readNomination(reader: Reader): Nomination {
  const of = reader.members(["entries", "exits", "paths"]);
  return { entries: of("entries").list(readUse), exits: of("exits").list(readUse), paths: of("paths").list(readRight) };
}

function readUse(reader: Reader): readonly [string, bigint] {
  const [node, quantity] = reader.tuple(2) as [Reader, Reader];
  return [node.text(), quantity.whole()];
}

function readItem(reader: Reader): Item {
  const of = reader.members();
  if (!of("point").isMissing) return { type: "split", point: reader.members(["point"])("point").text() };
  if (!of("is_unloaded").isMissing) {
    if (!reader.members(["is_unloaded"])("is_unloaded").flag()) of("is_unloaded").note("must be true");
    return { type: "unloaded" };
  }
  reader.members(["scale", "hub_share", "path_shares", "flows", "loading_share"]);
  return {
    type: "leaf",
    scale: of("scale").whole(),
    hubShare: of("hub_share").whole(),
    pathShares: wholes(of("path_shares")),
    flows: wholes(of("flows")),
    loadingShare: of("loading_share").or(0n, (one) => one.whole()),
  };
}

const STATE = ["injections_kg_per_s", "flows_kg_per_s", "pressures_bar", "modes", "configurations", "flange_pressures_bar"];

function readState(reader: Reader): State {
  const of = reader.members(STATE);
  return {
    injections: numbers(of("injections_kg_per_s")),
    flows: numbers(of("flows_kg_per_s")),
    pressures: numbers(of("pressures_bar")),
    modes: of("modes").list((item) => item.choice(MODES)),
    configurations: of("configurations").list((item) => item.text()),
    flangePressures: of("flange_pressures_bar").or<number[]>([], numbers),
  };
}
