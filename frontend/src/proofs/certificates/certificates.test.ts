import { describe, expect, it } from "vitest";
import type { Booked } from "./booked";
import { checkDocuments } from "./check";
import { parseJson } from "./document/json";
import { sha256 } from "./document/sha256";
import { Rational } from "./infeasibility/rational";

const QUALITY = { calorific_value_kwh_per_nm3: 1, density_kg_per_nm3: 3600 };
const GAS = { molar_mass_kg_per_kmol: 18.6, pseudocritical_pressure_bar: 45.9, pseudocritical_temperature_k: 188.5, compressibility: 0.9 };
const REVISION = "00000000-0000-0000-0000-000000000007";
const DAY = { start: "2027-01-14", end: "2027-01-15" };
const PATH = { receipt: "a", delivery: "b" };

/** Two nodes of 40 to 60 bar, and a pipe of β = 0.2 that carries at most 10 units (10 kg/s), one way. */
const networkOf = (entryCapacity?: number) => JSON.stringify({
  schema: "linepack.network/1",
  code: "sample",
  unit: "kWh/h",
  quality: QUALITY,
  gas_temperature_k: 283.15,
  gas: GAS,
  nodes: [
    { id: "a", role: "entry", pressure_min_bar: 40, pressure_max_bar: 60, entry_capacity: entryCapacity },
    { id: "b", role: "exit", pressure_min_bar: 40, pressure_max_bar: 60 },
  ],
  edges: [{ id: "ab", kind: "pipe", tail: "a", head: "b", capacity_forward: 10, capacity_backward: 0, attributes: { resistance_bar2_s2_per_kg2: 0.2 } }],
});

interface Given {
  readonly quantity?: number;
  readonly booked?: number;
  readonly factor?: string;
  readonly outcome?: string;
  readonly level?: string;
  readonly entryCapacity?: number;
  readonly proofs: readonly { readonly level: string; readonly certificate: unknown; readonly covering?: unknown }[];
  readonly about?: Booked;
}

function check({ quantity = 8, booked = 0, factor, outcome = "feasible", level = "flow", entryCapacity, proofs, about }: Given) {
  const network = networkOf(entryCapacity);
  const verdict = {
    request: { route: PATH, quantity, period: DAY, firmness: "firm" },
    ...{ outcome, level, revision_id: REVISION, rights_version: 3, solver: "x", solver_version: "1", model_hash: "", decided_at: "2026-12-01T12:00:00Z" },
    proofs: proofs.map((one) => ({ periods: [DAY], outcome, ...one })),
  };
  const proof = {
    schema: "linepack.proof/1",
    network: { code: "sample", revision_id: REVISION, sha256: sha256(network) },
    rights: { version: 3, firmness: "firm", days: [{ periods: [DAY], stack: booked === 0 ? [] : [[PATH, booked]] }] },
    overlays: factor === undefined ? [] : [{ edge_id: "ab", period: DAY, factor }],
    hydraulics: { resistance: [0.2], elevation: [1, 1], ranges: [] },
    verdict,
  };
  return checkDocuments({ network, proof: JSON.stringify(proof) }, about);
}

const faultsOf = (given: Given): string[] => {
  const { faults, proofs } = check(given);
  return [...faults.map(({ path, message }) => `${path} ${message}`), ...proofs.flatMap((one) => one.faults)];
};
const flow = (flows: readonly unknown[]) => ({ level: "flow", certificate: { kind: "flow", flows } });

const leaf = (share: number, sent: number) => ({ scale: 1, hub_share: 0, path_shares: [share], flows: [sent] });
/** Every cut of the two nodes: both in, a alone, and those without a. */
const CASES = [{ point: "a" }, { point: "b" }, leaf(0, 0), leaf(1, 8), leaf(1, 0)];

describe("a flow", () => {
  it("holds where it carries the rights within the capacity of the day", () => {
    expect(faultsOf({ booked: 2, proofs: [flow([10])] })).toEqual([]);
    expect(check({ booked: 2, proofs: [flow([10])] }).proofs[0]?.figures).toMatchObject({ fullest: { edge: "ab", flow: 10n, capacity: 10n } });
  });

  it("fails where it is a unit off, or over what an overlay leaves", () => {
    expect(faultsOf({ booked: 2, proofs: [flow([9])] })).toEqual(["node a does not balance on 2027-01-14"]);
    expect(faultsOf({ factor: "0.79", proofs: [flow([8])] })).toEqual([
      ...["a → hub", "hub → b", "a → b"].map((limit) => `proof.verdict.request takes up 8 of the 7 that ${limit} lets through on 2027-01-14`),
      "edge ab cannot carry 8 on 2027-01-14",
    ]);
  });
});

describe("what points are published to let through", () => {
  it("is kept by what is accepted, however far the edges would carry", () => {
    const given = { quantity: 8, booked: 2, proofs: [flow([10])] };
    expect(faultsOf({ ...given, entryCapacity: 10 })).toEqual([]);
    expect(faultsOf({ ...given, entryCapacity: 9 })).toEqual([
      "proof.verdict.request takes up 10 of the 9 that a → hub lets through on 2027-01-14",
    ]);
  });
});

describe("a cut", () => {
  const cut = (demand: number, nodes = ["a"]) => ({ level: "robust", certificate: { kind: "cut", nodes, capacity: 10, demand } });

  it("refuses what it cannot carry, by exactly its figures", () => {
    const given = { quantity: 8, booked: 3, outcome: "infeasible", level: "robust" };
    expect(faultsOf({ ...given, proofs: [cut(11)] })).toEqual([]);
    expect(faultsOf({ ...given, proofs: [cut(12)] })).toEqual(["no day has demand 12 and capacity 10"]);
    expect(faultsOf({ ...given, proofs: [cut(11, ["b"])] }).length).toBeGreaterThan(0);
  });
});

describe("a proof over all cuts", () => {
  const tree = (items: readonly unknown[]) => ({ level: "robust", covering: [[PATH, 8]], certificate: { kind: "tree", items } });

  it("holds where every case is bounded below one unit", () => {
    expect(faultsOf({ level: "robust", proofs: [tree(CASES)] })).toEqual([]);
    expect(check({ level: "robust", proofs: [tree(CASES)] }).proofs[0]?.figures).toMatchObject({ leaves: 3, splits: 2, bound: 0 });
  });

  it("fails where a case is left open, or covers too little", () => {
    expect(faultsOf({ level: "robust", proofs: [tree(CASES.slice(0, -1))] })).toEqual(["leaves cases open"]);
    expect(faultsOf({ level: "robust", proofs: [tree([leaf(1, 8)])] })).toEqual(["item 0 bounds the shortfall by 8 in 1/1 only"]);
    expect(faultsOf({ level: "robust", quantity: 9, proofs: [tree(CASES)] })).toEqual(["covers 8 of 9 on a → b on 2027-01-14"]);
  });
});

describe("pressures", () => {
  const state = (outlet: number) => ({
    level: "hydraulic",
    certificate: {
      kind: "state",
      state: { injections_kg_per_s: [8, -8], flows_kg_per_s: [8], pressures_bar: [50, outlet], modes: ["open"], configurations: [""] },
    },
  });
  const ofCapacities = { level: "robust", covering: [[PATH, 8]], certificate: { kind: "tree", items: CASES } };
  const at = (outlet: number) => ({ level: "hydraulic", proofs: [ofCapacities, state(outlet)] });

  it("hold in a state that keeps the law of pipes", () => {
    expect(faultsOf(at(Math.sqrt(2500 - 0.2 * 64)))).toEqual([]);
  });

  it("fail where a pressure is a thousandth off", () => {
    expect(faultsOf(at(Math.sqrt(2500 - 0.2 * 64) + 1e-3))).toEqual([expect.stringMatching(/^pipe ab: misses the law of pipes/)]);
  });

  it("are refuted only by weights that add up", () => {
    // φ_a − φ_b = 0.2 · 8² = 12.8 bar² at most, and both pressures are free from 40 to 60: nothing contradicts.
    const close = { kind: "close", weights: [[[6, 0], 1]] };
    const refuted = { outcome: "infeasible", level: "hydraulic", proofs: [{ level: "hydraulic", certificate: { kind: "refutation", refutation: { steps: [close] } } }] };
    expect(faultsOf(refuted)).toEqual(["step 0: its weights contradict nothing on 2027-01-14"]);
  });
});

describe("the documents", () => {
  it("are read strictly, every fault with its place", () => {
    const given = flow([8, "8", 8.5]);
    expect(faultsOf({ proofs: [given, { level: "high", certificate: { kind: "flow", flow: [] } }] })).toEqual([
      "proof.verdict.proofs[0].certificate.flows[1] must be a whole number",
      "proof.verdict.proofs[0].certificate.flows[2] must be a whole number",
      "proof.verdict.proofs[1].level must be one of rights, flow, robust, hydraulic",
      "proof.verdict.proofs[1].certificate.flow is unknown",
      "proof.verdict.proofs[1].certificate.flows must be a list",
    ]);
  });

  /** 14 January 2027 is the day 57 × 365 + 14 leap days + 13 = 20,832 since 1970. */
  const BOOKED: Booked = { network: "sample", rights: [{ route: PATH, quantity: 8n }], period: { start: 20_832, end: 20_833 }, firmness: "firm" };

  it("prove what was booked", () => {
    expect(faultsOf({ proofs: [flow([8])], about: BOOKED })).toEqual([]);
  });

  it.each([
    [{ network: "other" }, "network.code is not what was booked: other"],
    [{ rights: [{ route: { receipt: null, delivery: "b" }, quantity: 8n }] }, "verdict.request.route is not what was booked: hub → b"],
    [{ rights: [...BOOKED.rights, { route: { receipt: null, delivery: "b" }, quantity: 8n }] }, "verdict.request.route is not what was booked: a → b, hub → b"],
    [{ rights: [{ route: PATH, quantity: 80n }] }, "verdict.request.quantity is not what was booked: 80"],
    [{ period: { start: 20_832, end: 20_834 } }, "verdict.request.period is not what was booked: 2027-01-14 to 2027-01-15"],
    [{ firmness: "interruptible" as const }, "verdict.request.firmness is not what was booked: interruptible"],
  ])("do not prove another booking: %o", (other, fault) => {
    expect(faultsOf({ proofs: [flow([8])], about: { ...BOOKED, ...other } })).toEqual([`proof.${fault}`]);
  });

  it("must prove every gas day", () => {
    expect(faultsOf({ proofs: [] })).toEqual(["proof.verdict.proofs 1 gas days from 2027-01-14 on lack a proof"]);
  });

  it("are JSON with exact whole numbers and no member twice", () => {
    expect(parseJson('[9007199254740993, 1.5, "\\u00e9\\n"]')).toEqual([9_007_199_254_740_993n, 1.5, "é\n"]);
    expect(() => parseJson('{"a": 1, "a": 2}')).toThrow("“a” is given twice");
    expect(() => parseJson("[1,]")).toThrow("no value");
    expect(() => parseJson("[1] 2")).toThrow("more follows");
  });
});

describe("fractions", () => {
  it("are exactly what floats are", () => {
    const third = Rational.of(1).over(Rational.of(3));
    expect(third.times(Rational.of(3)).minus(Rational.of(1)).sign).toBe(0);
    expect(Rational.of(0.1).plus(Rational.of(0.2)).isAbove(Rational.of(0.3))).toBe(true);
    expect(Rational.of(5e-324).rounded).toBe(0);
    expect(Rational.of(-2.5).over(Rational.of(-0.625)).rounded).toBe(4);
  });
});
