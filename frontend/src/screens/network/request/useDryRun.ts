/** Asks whether a request fits while it is typed: first what capacities allow, level after level, then the answer. */
import { useCallback, useMemo, useState } from "react";
import { useAgain } from "../../../api/useAgain";
import { useSettled } from "../../../api/useSettled";
import { useStream } from "../../../api/useStream";
import type { Quantity } from "../../../format/amounts";
import type { CapacityRequest } from "./draft";
import type { Answer } from "./queries";
import { DryRunProgressDocument } from "./queries";

export interface Bound {
  readonly level: "FLOW" | "HYDRAULIC" | "RIGHTS" | "ROBUST";
  readonly most: Quantity;
}

export type DryRun =
  | { readonly state: "answered"; readonly answer: Answer }
  | { readonly state: "checking"; readonly bounds: readonly Bound[] }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "idle" };

const IDLE: DryRun = { state: "idle" };
const CHECKING: DryRun = { state: "checking", bounds: [] };

/**
 * It is asked again when the rights have changed, of which `rights` says where they stand, a while after it ended without an answer, and
 * when one says so by the function that is returned.
 */
export function useDryRun(request: CapacityRequest | undefined, rights: string | undefined): readonly [DryRun, () => void] {
  const settled = useSettled(request);
  const variables = useMemo(() => settled && { input: settled }, [settled]);
  const [times, setTimes] = useState(0);
  const again = useCallback(() => { setTimes((before) => before + 1); }, []);
  const stream = useStream(DryRunProgressDocument, variables, `${rights ?? ""} ${String(times)}`, collect);
  const { state, error } = stream;
  useAgain(stream, state?.answer != null, again);
  const dryRun = useMemo((): DryRun => {
    if (request === undefined) return IDLE;
    if (settled !== request) return CHECKING;
    if (error !== undefined) return { state: "failed", message: error.message };
    if (state === undefined) return CHECKING;
    return state.answer === null ? { state: "checking", bounds: state.bounds } : { state: "answered", answer: state.answer };
  }, [request, settled, state, error]);
  return [dryRun, again];
}

interface Progress {
  readonly bounds: readonly Bound[];
  readonly answer: Answer | null;
}

interface Step {
  readonly dryRunBookCapacity: {
    readonly level: Bound["level"] | null;
    readonly mostThroughout: Quantity | null;
    readonly answer: Answer | null;
  };
}

function collect(before: Progress | undefined, { dryRunBookCapacity: { level, mostThroughout, answer } }: Step): Progress {
  const bounds = before?.bounds ?? [];
  if (level === null || mostThroughout === null) return { bounds, answer };
  // After a loss of the connection the levels come again.
  return { bounds: [...bounds.filter((one) => one.level !== level), { level, most: mostThroughout }], answer };
}
