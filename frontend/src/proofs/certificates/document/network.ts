/** A revision of a network in the native format "linepack.network/1", as far as a certificate rests on it. */
import type { Reader } from "./reader";

export const EDGE_KINDS = ["pipe", "short_pipe", "compressor_station", "control_valve", "valve", "resistor"] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

const ROLES = ["entry", "exit", "storage", "interconnection", "junction"] as const;
const UNITS = ["kWh/h", "MWh/d", "Dth/d", "MMscf/d", "Sm3/h"] as const;
export type Unit = (typeof UNITS)[number];

export interface Node {
  readonly id: string;
  readonly mayEnter: boolean;
  readonly mayExit: boolean;
  readonly pressureMinBar: number | null;
  readonly pressureMaxBar: number | null;
  readonly heightM: number;
  readonly entryCapacity: bigint | null;
  readonly exitCapacity: bigint | null;
}

export interface Edge {
  readonly id: string;
  readonly kind: EdgeKind;
  readonly tail: string;
  readonly head: string;
  readonly lengthM: number | null;
  readonly diameterMm: number | null;
  readonly roughnessMm: number | null;
  readonly frictionFactor: number | null;
  readonly capacityForward: bigint | null;
  readonly capacityBackward: bigint | null;
  readonly attributes: ReadonlyMap<string, number | string>;
  readonly hasStation: boolean;
}

export interface Gas {
  readonly molarMass: number;
  readonly pseudocriticalPressureBar: number;
  readonly pseudocriticalTemperatureK: number;
  readonly compressibility: number | null;
}

export interface Network {
  readonly code: string;
  readonly unit: Unit;
  readonly calorificValue: number;
  readonly density: number;
  readonly temperatureK: number;
  readonly gas: Gas;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly place: ReadonlyMap<string, number>;
}

export function readNetwork(reader: Reader): Network {
  const of = reader.members();
  of("schema").choice(["linepack.network/1"]);
  const quality = of("quality").members();
  const gas = of("gas").members();
  const nodes = of("nodes").list(readNode);
  const place = new Map(nodes.map((node, number) => [node.id, number]));
  if (place.size < nodes.length) of("nodes").note("has two nodes of one id");
  const edges = of("edges").list(readEdge);
  if (new Set(edges.map(({ id }) => id)).size < edges.length) of("edges").note("has two edges of one id");
  if (edges.some(({ tail, head }) => !place.has(tail) || !place.has(head))) of("edges").note("has an edge between unknown nodes");
  return {
    code: of("code").text(),
    unit: of("unit").choice(UNITS),
    calorificValue: quality("calorific_value_kwh_per_nm3").number(),
    density: quality("density_kg_per_nm3").number(),
    temperatureK: of("gas_temperature_k").number(),
    gas: {
      molarMass: gas("molar_mass_kg_per_kmol").number(),
      pseudocriticalPressureBar: gas("pseudocritical_pressure_bar").number(),
      pseudocriticalTemperatureK: gas("pseudocritical_temperature_k").number(),
      compressibility: gas("compressibility").optional(number),
    },
    nodes,
    edges,
    place,
  };
}

const number = (reader: Reader): number => reader.number();
const whole = (reader: Reader): bigint => reader.whole();

function readNode(reader: Reader): Node {
  const of = reader.members();
  const role = of("role").choice(ROLES);
  const isBoth = role === "storage" || role === "interconnection";
  return {
    id: of("id").text(),
    mayEnter: isBoth || role === "entry",
    mayExit: isBoth || role === "exit",
    pressureMinBar: of("pressure_min_bar").optional(number),
    pressureMaxBar: of("pressure_max_bar").optional(number),
    heightM: of("height_m").or(0, number),
    entryCapacity: of("entry_capacity").optional(whole),
    exitCapacity: of("exit_capacity").optional(whole),
  };
}

function readEdge(reader: Reader): Edge {
  const of = reader.members();
  return {
    id: of("id").text(),
    kind: of("kind").choice(EDGE_KINDS),
    tail: of("tail").text(),
    head: of("head").text(),
    lengthM: of("length_m").optional(number),
    diameterMm: of("diameter_mm").optional(number),
    roughnessMm: of("roughness_mm").optional(number),
    frictionFactor: of("friction_factor").optional(number),
    capacityForward: of("capacity_forward").optional(whole),
    capacityBackward: of("capacity_backward").optional(whole),
    attributes: of("attributes").or(new Map<string, number | string>(), readAttributes),
    hasStation: !of("station").isMissing,
  };
}

function readAttributes(reader: Reader): ReadonlyMap<string, number | string> {
  const of = reader.members();
  const names = reader.value instanceof Map ? [...(reader.value as ReadonlyMap<string, unknown>).keys()] : [];
  return new Map(names.map((name) => [name, typeof of(name).value === "string" ? of(name).text() : of(name).number()]));
}

/** An attribute that is a number; `otherwise` where it is missing or a text. */
export function attribute(edge: Edge, name: string, otherwise: number): number {
  const found = edge.attributes.get(name);
  return typeof found === "number" ? found : otherwise;
}
