/** A limit as a waterfall: what is allowed, each lock down from there, the largest first, and what is left. Lengths for drawing alone. */
import type { Money } from "../../../format/amounts";
import { drawnMoney } from "../../../format/drawing";
import type { Lock, Usage } from "./queries";

export interface Step {
  readonly key: string;
  readonly kind: "allowed" | "left" | "lock" | "others";
  /** Undefined where several locks are drawn as one. */
  readonly amount: Money | undefined;
  readonly lock: Lock | undefined;
  /** How many locks it stands for. */
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** At most `most` locks are drawn each for itself; the others follow as one. */
export function stepsOf({ allowed, remaining, locks }: Usage, most: number): Step[] {
  const length = (lock: Lock): number => drawnMoney(lock.amount.amount);
  const sorted = locks.filter((lock) => length(lock) > 0).sort((one, other) => length(other) - length(one));
  const [shown, others] = [sorted.slice(0, most), sorted.slice(most)];
  const whole = drawnMoney(allowed.amount);
  const steps: Step[] = [{ key: "allowed", kind: "allowed", amount: allowed, lock: undefined, count: 0, from: 0, to: whole }];
  let at = whole;
  for (const lock of shown) {
    const to = at - length(lock);
    steps.push({ key: lock.subjectId, kind: "lock", amount: lock.amount, lock, count: 1, from: at, to });
    at = to;
  }
  const rest = drawnMoney(remaining.amount);
  if (others.length > 0) steps.push({ key: "others", kind: "others", amount: undefined, lock: undefined, count: others.length, from: at, to: rest });
  return [...steps, { key: "left", kind: "left", amount: remaining, lock: undefined, count: 0, from: 0, to: rest }];
}

/** Where the picture begins and ends on the axis of money. */
export const extentOf = (steps: readonly Step[]): { readonly highest: number; readonly lowest: number } => {
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  return { highest: Math.max(0, ...ends), lowest: Math.min(0, ...ends) };
};
