/** What the step chart of the time panel shows. */
import type { CommercialUnit } from "../../../format/amounts";
import { short, shortUnitName, tick } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { overlap } from "../../../format/days";
import { asQuantity, drawn } from "../../../format/drawing";
import { texts } from "../../../texts/en";
import type { FreeRoute } from "../../../free/free";
import { figureOf } from "../../../free/free";
import type { UsageTables } from "../usage";
import { fullerUse } from "../usage";

export interface ChartStep {
  readonly days: Days;
  readonly length: number;
  readonly text: string;
  /** A bound, or a figure of which no more is known. */
  readonly isUncertain: boolean;
}

export interface Chart {
  readonly title: string;
  readonly note: string;
  readonly steps: readonly ChartStep[];
  /** Lines across, such as a capacity or the quantity asked for. */
  readonly limits: readonly { readonly days: Days; readonly length: number }[];
  /** Whether the lines are what is asked for, so that what lies between them and lower steps is missing. */
  readonly isAsked: boolean;
  readonly format: (length: number) => string;
}

const within = (axis: Days, days: Days): Days => overlap(axis, days) ?? days;

export function freeChart(route: FreeRoute, title: string, unit: CommercialUnit, axis: Days): Chart {
  return {
    title,
    note: texts.time.free(shortUnitName(unit)),
    steps: route.stretches.flatMap((stretch): ChartStep[] => {
      const figure = figureOf(stretch);
      const days = within(axis, stretch.days);
      if (figure === undefined) return [{ days, length: 0, text: "", isUncertain: false }];
      const text = figure.isBound ? `≤ ${short(figure.quantity, unit)}` : short(figure.quantity, unit);
      return [{ days, length: drawn(figure.quantity), text, isUncertain: figure.isBound }];
    }),
    limits: [],
    isAsked: false,
    format: axisFormat(unit),
  };
}

/** The fuller direction of an edge over time, beside its capacity. */
export function edgeChart(usage: UsageTables, row: number, title: string, unit: CommercialUnit, axis: Days): Chart {
  const steps: ChartStep[] = [];
  const limits: { days: Days; length: number }[] = [];
  usage.stretches.forEach((stretch, column) => {
    const { capacity, worst } = fullerUse(usage, row, column).use;
    const days = within(axis, stretch);
    steps.push({ days, length: worst === undefined ? 0 : drawn(worst), text: worst === undefined ? "?" : short(worst, unit), isUncertain: worst === undefined });
    if (capacity !== undefined) limits.push({ days, length: drawn(capacity) });
  });
  return { title, note: texts.time.edge(shortUnitName(unit)), steps, limits, isAsked: false, format: axisFormat(unit) };
}

const axisFormat = (unit: CommercialUnit) => (length: number): string => tick(asQuantity(length), unit);

/** What is missing of what is asked: where a step is lower. */
export const missingOf = ({ steps, limits, isAsked }: Chart): { readonly days: Days; readonly from: number; readonly to: number }[] =>
  !isAsked
    ? []
    : limits.flatMap((limit) =>
        steps.flatMap((step) => {
          const days = overlap(limit.days, step.days);
          return days === undefined || step.length >= limit.length ? [] : [{ days, from: step.length, to: limit.length }];
        }),
      );
