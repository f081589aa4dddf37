/** Collects how far a state misses each law and limit, and which misses are faults. */
import type { Edge } from "../document/network";
import type { Residual } from "../findings";

export const LAW_TOLERANCE_BAR2 = 1e-5;
export const LINEAR_TOLERANCE = 1e-6;
/** Relative to the largest injection, or to 1 kg/s. */
export const BALANCE_TOLERANCE = 1e-9;

type Law = Residual["law"];
type Unit = Residual["unit"];

export class Residuals {
  readonly faults: string[] = [];
  private readonly worst = new Map<string, Residual>();

  /** Note by how much a law or limit is missed; what misses by more than the tolerance, or is no number, is a fault. */
  note(law: Law, unit: Unit, where: string, miss: number, tolerance: number, fault: () => string): void {
    const key = `${law} ${unit} ${String(tolerance)}`;
    const known = this.worst.get(key);
    const size = Math.max(miss, 0);
    const isWorse = known === undefined || !(size / tolerance <= known.largest / known.tolerance);
    this.worst.set(key, {
      ...(isWorse ? { law, unit, largest: size, tolerance, where } : known),
      count: (known?.count ?? 0) + 1,
    });
    if (!(miss <= tolerance)) this.faults.push(fault());
  }

  /** The worst of each law, those first that come nearest to their tolerance. */
  get list(): Residual[] {
    return [...this.worst.values()].sort((one, other) => other.largest / other.tolerance - one.largest / one.tolerance);
  }
}

/** Check a pressure against its limits, bar. */
export function checkPressure(where: string, pressure: number, low: number, high: number, residuals: Residuals): void {
  const miss = pressure <= 0 ? Infinity : Math.max(low ** 2 - pressure ** 2, high === Infinity ? -Infinity : pressure ** 2 - high ** 2);
  residuals.note("pressure", "bar²", where, miss, LAW_TOLERANCE_BAR2, () =>
    `${where}: ${say(pressure)} bar, allowed: ${say(low)} to ${say(high)}`);
}

export const inWords = ({ kind, id }: Edge): string => `${kind.replaceAll("_", " ")} ${id}`;
export const say = (figure: number): string => String(Number(figure.toPrecision(6)));
