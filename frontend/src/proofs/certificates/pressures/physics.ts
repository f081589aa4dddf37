/**
 * The law of a pipe and the state of the gas: p_i² − e^S p_j² = β (e^S − 1)/S q|q|, bar absolute and kg/s.
 *
 * Sources: Fügenschuh et al. in Evaluating Gas Network Capacities, SIAM 2015, chapter 2; Schmidt et al., Data
 * 2017, 2(4):40.
 */
import type { Edge, Network } from "../document/network";
import { attribute } from "../document/network";

export const ATMOSPHERE_BAR = 1.01325;
export const PRESSURE_WITHOUT_LIMIT_BAR = 200;
export const RATIO_WITHOUT_MAP = 2;
export const GRAVITY = 9.80665;
export const RESISTANCE = "resistance_bar2_s2_per_kg2";
const GAS_CONSTANT = 8314.462618;
const PA2_PER_BAR2 = 1e10;
const REFERENCE_BAR = 50;

/** Papay's compressibility factor at 50 bar, or the source's. */
function compressibility({ gas, temperatureK }: Network): number {
  if (gas.compressibility !== null && gas.compressibility !== 0) return gas.compressibility;
  const pressure = REFERENCE_BAR / gas.pseudocriticalPressureBar;
  const temperature = temperatureK / gas.pseudocriticalTemperatureK;
  return 1 - 3.52 * pressure * Math.exp(-2.26 * temperature) + 0.274 * pressure ** 2 * Math.exp(-1.878 * temperature);
}

/** z R_s T in J/kg: pressure over density. */
export const stateOf = (network: Network): number =>
  (GAS_CONSTANT / network.gas.molarMass) * network.temperatureK * compressibility(network);

/** β of a pipe in bar² s²/kg²; null where the source does not say enough. */
export function pipeResistance(pipe: Edge, network: Network): number | null {
  const published = pipe.attributes.get(RESISTANCE);
  if (typeof published === "number") return published;
  const friction = pipe.frictionFactor ?? nikuradse(pipe);
  if (pipe.lengthM === null || pipe.diameterMm === null || friction === null) return null;
  const diameterM = pipe.diameterMm / 1000;
  return (16 * pipe.lengthM * friction * stateOf(network)) / (Math.PI ** 2 * diameterM ** 5) / PA2_PER_BAR2;
}

/** The friction factor of a fully rough pipe. */
function nikuradse({ diameterMm, roughnessMm }: Edge): number | null {
  if (diameterMm === null || roughnessMm === null || roughnessMm === 0) return null;
  return (2 * Math.log10(diameterMm / roughnessMm) + 1.138) ** -2;
}

/** β of a resistor: a pipe whose λ L / D is the drag factor. */
export function dragResistance(factor: number, diameterMm: number, network: Network): number {
  if (factor === 0 || diameterMm === 0) return 0;
  return (16 * factor * stateOf(network)) / (Math.PI ** 2 * (diameterMm / 1000) ** 4) / PA2_PER_BAR2;
}

/** (e^S − 1)/S, which is 1 on the level. */
export const stretch = (rise: number): number => (rise === 0 ? 1 : Math.expm1(rise) / rise);

export type Side = "in" | "out";

/** At which sides of a station gas loses pressure on the way to the machines. */
export function flangesOf(edge: Edge): Side[] {
  if (edge.kind !== "compressor_station" && edge.kind !== "control_valve") return [];
  return (["in", "out"] as const).filter(
    (side) => attribute(edge, `drag_factor_${side}`, 0) !== 0 || attribute(edge, `pressure_loss_${side}_bar`, 0) !== 0,
  );
}
