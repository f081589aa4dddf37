/** What each certificate must meet, as rows of a table: what was found, and what is allowed. */
import type { CommercialUnit } from "../../format/amounts";
import { unitName } from "../../format/amounts";
import { count, measure } from "../../format/figures";
import { percent } from "../../format/percent";
import type {
  CheckedProof,
  ContradictionFigures,
  CutFigures,
  FlowFigures,
  Residual,
  SoldOutFigures,
  StateFigures,
  TreeFigures,
} from "../../proofs/certificates/findings";
import { texts } from "../../texts/en";
import { proofTexts } from "../../texts/proof";

export interface Condition {
  readonly what: string;
  readonly found: string;
  readonly allowed: string;
}

const words = proofTexts.conditions;

export function conditionsOf({ figures }: CheckedProof, unit: CommercialUnit): Condition[] {
  if (figures === null) return [];
  switch (figures.kind) {
    case "flow":
      return ofFlow(figures, unit);
    case "tree":
      return ofTree(figures, unit);
    case "cut":
      return ofCut(figures, unit);
    case "state":
      return ofState(figures);
    case "refutation":
      return ofContradiction(figures);
    case "sold_out":
      return ofCount(figures, unit);
  }
}

const amount = (quantity: bigint, unit: CommercialUnit): string => `${count(quantity)} ${unitName(unit)}`;

function ofFlow({ edges, nodes, kindsOfDay, fullest }: FlowFigures, unit: CommercialUnit): Condition[] {
  const balances = { what: words.balance, found: words.nodesOnDays(count(nodes), kindsOfDay), allowed: words.exactly };
  const within = { what: words.capacity, found: words.edges(count(edges)), allowed: words.atMostCapacity };
  if (fullest === null) return [balances, within];
  return [balances, within, { what: words.fullest(fullest.edge), found: amount(fullest.flow, unit), allowed: amount(fullest.capacity, unit) }];
}

function ofTree({ leaves, splits, unloaded, bound }: TreeFigures, unit: CommercialUnit): Condition[] {
  const cases = { what: words.cases, found: words.casesFound(count(leaves), count(splits), count(unloaded)), allowed: words.noneOpen };
  if (bound === null) return [cases];
  return [cases, { what: words.shortfall, found: `${measure(bound)} ${unitName(unit)}`, allowed: words.belowOne(unitName(unit)) }];
}

function ofCut({ nodes, edges, capacity, demand }: CutFigures, unit: CommercialUnit): Condition[] {
  const carried = edges.map(({ edge, capacity: own }) => ({
    what: words.cutEdge(edge),
    found: own === null ? texts.edge.unbounded : amount(own, unit),
    allowed: "",
  }));
  return [{ what: words.load(count(nodes)), found: amount(demand, unit), allowed: words.above(amount(capacity, unit)) }, ...carried];
}

function ofState({ residuals, curtailedTo }: StateFigures): Condition[] {
  return [...curtailed(curtailedTo), ...residuals.map(ofResidual)];
}

const ofResidual = ({ law, unit, count: checked, largest, tolerance, where }: Residual): Condition => ({
  what: words.laws[law](count(checked)),
  found: largest === 0 ? `0 ${unit}` : `${measure(largest)} ${unit}, ${where}`,
  allowed: `${measure(tolerance)} ${unit}`,
});

function ofContradiction({ steps, cases, multipliers, least, curtailedTo }: ContradictionFigures): Condition[] {
  const closed = { what: words.steps(count(steps)), found: words.closed(count(cases)), allowed: words.noneOpen };
  const sums = { what: words.multipliers(count(multipliers)), found: least === null ? "" : measure(least), allowed: words.above("0") };
  return [...curtailed(curtailedTo), closed, ...(least === null ? [] : [sums])];
}

const curtailed = (factor: number | null): Condition[] =>
  factor === null ? [] : [{ what: words.curtailed, found: percent(factor), allowed: "" }];

const ofCount = ({ stated, sold, asked }: SoldOutFigures, unit: CommercialUnit): Condition[] => [
  { what: words.left, found: words.ofStated(count(stated - sold), amount(stated, unit)), allowed: words.below(amount(asked, unit)) },
];
