"""A regional supply plan made and reported: `planned` is what `linepack plan regional-supply` runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from capacity.solvers.port import Reals, Solver
from linepack.canonical_json import JsonValue
from planning.plans.plan import Cell, Plan, Table, rounded
from planning.programme.explanation import explained
from planning.regional_supply.bounds import lower_bound
from planning.regional_supply.file_form import read_regional_supply
from planning.regional_supply.model import RegionalSupply
from planning.regional_supply.network import Flow, RegionalNetwork, during
from planning.regional_supply.recalculation import Infeasible, Recalculated, Recalculation
from planning.regional_supply.tariffs import STILL

EXPLAINING: Final = 0.5
"""The share of the time that is kept for the bound, or for the explanation."""
CLOSED: Final = 1e-9
"""A smaller gap, relative to the cost, is none."""
FLOWS: Final = ("what", "period", "flow", "a unit", "cost")


def planned(document: object, solver: Solver, seconds: float) -> Plan:
    """Return the plan of a parsed document; raises InvalidInput and SolverRefused."""
    ends_at = monotonic() + seconds
    asked = read_regional_supply(document)
    network = RegionalNetwork(asked)
    recalculation = Recalculation(network, solver, seconds * EXPLAINING)
    try:
        found = recalculation.best()
    except Infeasible:
        return explained(network.programme, solver, seconds * EXPLAINING).plan()
    bound = lower_bound(recalculation, found.cost, solver, max(ends_at - monotonic(), 1.0))
    return _Answer(network, recalculation, found).plan(bound)


@dataclass(frozen=True, slots=True)
class _Told:
    """A flow and what it costs; `size` is the class that a line is built in."""

    kind: str
    what: str
    period: str
    flow: float
    cost: float
    size: int | None

    def plain(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        told: dict[str, JsonValue] = {
            "kind": self.kind,
            "what": self.what,
            "period": self.period,
            "flow": rounded(self.flow),
            "unit_cost": rounded(self.cost / self.flow),
            "cost": rounded(self.cost),
        }
        return told if self.size is None else {**told, "class": self.size}

    def row(self) -> Sequence[Cell]:
        """Return it as the row of a table."""
        what = self.what if self.size is None else f"{self.what} (built, class {self.size})"
        return (what, self.period, rounded(self.flow), rounded(self.cost / self.flow), rounded(self.cost))


class _Answer:
    """A plan in figures and words."""

    def __init__(self, network: RegionalNetwork, recalculation: Recalculation, found: Recalculated) -> None:
        self._network, self._found = network, found
        self._asked: RegionalSupply = network.plan
        self._values: Reals = found.values
        tariffs, columns = recalculation.tariffs, recalculation.columns
        flows = found.values[columns]
        self._costs = dict(zip(columns.tolist(), tariffs.costs(flows).tolist(), strict=True))
        self._classes = dict(zip(columns.tolist(), tariffs.chosen(flows), strict=True))

    def plan(self, bound: float) -> Plan:
        """Return it, with what no plan costs less than."""
        cost = self._found.cost
        gap = (cost - bound) / cost if cost > 0 else 0.0
        result: dict[str, JsonValue] = {
            "unit": self._asked.unit,
            "currency": self._asked.currency,
            "cost": rounded(cost),
            "bound": rounded(bound),
            "gap": rounded(gap),
            "flows": [one.plain() for one in self._flows()],
            "shortages": [*self._shortages()],
            "runs": [
                {
                    "start": run.variant.start,
                    "rule": run.variant.rule,
                    "idle": run.variant.idle,
                    "costs": [rounded(one) for one in run.costs],
                    "ending": run.ending,
                }
                for run in self._found.runs
            ],
        }
        return Plan(result, [*self._sentences(cost, bound, gap), *self._tables()])

    def _sentences(self, cost: float, bound: float, gap: float) -> Iterator[str]:
        unit, currency = self._asked.unit, self._asked.currency
        certainty = (
            "no plan costs less" if gap < 1e-9 else f"no plan costs less than {bound:,.6g} ({gap:.2%})"
        )
        yield f"The plan costs {cost:,.9g} {currency}; {certainty}."
        if self._asked.supply() > self._asked.demand():
            spare = self._asked.supply() - self._asked.demand()
            yield f"Sources could give {spare:,.6g} {unit} more than is wanted."
        for shortage in self._shortages():
            when = during(str(shortage["period"]))
            yield (
                f"{shortage['node']} goes short of {shortage['quantity']:,.6g} {unit}{when}: "
                f"a unit that it does not get counts {shortage['price']:,.6g}."
            )

    def _tables(self) -> Iterator[Table]:
        rows: list[Sequence[Cell]] = [one.row() for one in self._flows()]
        used = self._network.fixed_cost
        if used:
            rows.append(("using gas, were all demand gas", "", None, None, rounded(used)))
        rows.append(("total", "", None, None, rounded(self._found.cost)))
        yield Table(f"Flows in {self._asked.unit}, costs in {self._asked.currency}", FLOWS, rows)
        if self._costs:
            yield Table(
                "How the plan was found: the cost after each recalculation",
                ("start", "rule", "lines without flow", "costs", "ended because"),
                [
                    (
                        run.variant.start,
                        run.variant.rule,
                        run.variant.idle,
                        " ".join(f"{one:,.6g}" for one in run.costs),
                        run.ending,
                    )
                    for run in self._found.runs
                ],
            )

    def _flows(self) -> "Iterator[_Told]":
        """Yield every flow that is not nothing, and what it costs."""
        network = self._network
        for node, flow in network.supplies:
            yield from self._flow("supply", node.id, flow)
        for fuel, delivery, flow in network.fuels:
            yield from self._flow("fuel", f"{fuel.id} → {delivery.to}", flow)
        for line, flow in network.lines:
            yield from self._flow("line" if line.tariff is None else "project", line.id, flow)
        for holder, flow in network.stored:
            yield from self._flow("stored", f"into {holder.id}", flow)
        for holder, flow in network.withdrawn:
            yield from self._flow("withdrawn", f"out of {holder.id}", flow)
        for node, flow in network.shortages:
            yield from self._flow("shortage", f"shortage of {node.id}", flow)

    def _flow(self, kind: str, what: str, flow: Flow) -> "Iterator[_Told]":
        quantity = float(self._values[flow.column])
        if quantity > STILL:
            cost = self._network.programme.columns[flow.column].cost * quantity
            cost = self._costs.get(flow.column, cost)
            yield _Told(kind, what, flow.period, quantity, cost, self._classes.get(flow.column))

    def _shortages(self) -> "Iterator[dict[str, JsonValue]]":
        for node, flow in self._network.shortages:
            quantity = float(self._values[flow.column])
            if quantity > STILL:
                yield {
                    "node": node.id,
                    "period": flow.period,
                    "quantity": rounded(quantity),
                    "price": node.shortage_price,
                }
