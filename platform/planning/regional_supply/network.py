"""The regional network as a linear programme: a column for each flow of each period, at prices that change.

Rows are balances (what comes in less what goes out is the demand), other fuels' supplies, and gas holders'
stocks from one period to the next. Lines with tariffs get their prices from outside, the others keep them.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from typing import Final

from planning.programme.programme import Programme
from planning.regional_supply.model import Delivery, Fuel, Holder, Line, Node, RegionalSupply

Terms = dict[str, list[tuple[int, float]]]
ONE_PERIOD: Final = ""
"""The name of the only period of a plan without periods."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A column that is the flow of something in a period."""

    column: int
    period: str


@dataclass(eq=False)
class RegionalNetwork:
    """The programme, and which columns are what."""

    plan: RegionalSupply
    programme: Programme = field(default_factory=Programme)
    lines: list[tuple[Line, Flow]] = field(default_factory=list)
    supplies: list[tuple[Node, Flow]] = field(default_factory=list)
    shortages: list[tuple[Node, Flow]] = field(default_factory=list)
    fuels: list[tuple[Fuel, Delivery, Flow]] = field(default_factory=list)
    stored: list[tuple[Holder, Flow]] = field(default_factory=list)
    withdrawn: list[tuple[Holder, Flow]] = field(default_factory=list)
    balances: list[tuple[Node, str, int]] = field(default_factory=list)
    fixed_cost: float = 0.0
    """What using gas costs: it is added whatever is planned, less where another fuel or nothing is used."""

    def __post_init__(self) -> None:
        carried: dict[str, int] = {}
        for number, period in enumerate(self.plan.periods):
            terms: Terms = defaultdict(list)
            self._add_lines(period, terms)
            self._add_sources(number, period, terms)
            self._add_fuels(number, period, terms)
            is_last = number == len(self.plan.periods) - 1
            for holder in self.plan.holders:
                self._add_holder(holder, period, terms, carried, is_last=is_last)
            self._add_balances(number, period, terms)

    def _add_lines(self, period: str, terms: Terms) -> None:
        for line in self.plan.lines:
            tariff = line.tariff
            capacity = line.capacity if tariff is None else min(line.capacity, tariff.limits[-1])
            words = f"{line.id} carries at most {capacity:,.6g}{during(period)}"
            column = self.programme.column(0.0, capacity, line.cost, words=words if capacity < inf else "")
            terms[line.tail].append((column, -1.0))
            terms[line.head].append((column, 1.0))
            self.lines.append((line, Flow(column, period)))

    def _add_sources(self, number: int, period: str, terms: Terms) -> None:
        for node in self.plan.nodes:
            supply, demand = node.supply[number], node.demand[number]
            if supply > 0:
                words = f"{node.id} gives at most {supply:,.6g}{during(period)}"
                column = self.programme.column(0.0, supply, node.supply_price, words=words)
                terms[node.id].append((column, 1.0))
                self.supplies.append((node, Flow(column, period)))
            if demand > 0:
                self.fixed_cost += node.use_cost * demand
                if node.shortage_price is not None:
                    column = self.programme.column(0.0, demand, node.shortage_price - node.use_cost)
                    terms[node.id].append((column, 1.0))
                    self.shortages.append((node, Flow(column, period)))

    def _add_fuels(self, number: int, period: str, terms: Terms) -> None:
        use_costs = {node.id: node.use_cost for node in self.plan.nodes}
        for fuel in self.plan.fuels:
            supply = fuel.supply[number] * fuel.gas_equivalent
            columns = []
            for delivery in fuel.deliveries:
                price = (fuel.price + delivery.cost) / fuel.gas_equivalent - use_costs[delivery.to]
                column = self.programme.column(cost=price)
                terms[delivery.to].append((column, 1.0))
                columns.append((column, 1.0))
                self.fuels.append((fuel, delivery, Flow(column, period)))
            words = f"{fuel.id} gives at most {supply:,.6g}{during(period)}"
            self.programme.row(columns, 0.0, supply, words)

    def _add_holder(
        self, holder: Holder, period: str, terms: Terms, carried: dict[str, int], *, is_last: bool
    ) -> None:
        programme = self.programme
        stored = programme.column(0.0, holder.injection, holder.cost)
        withdrawn = programme.column(0.0, holder.withdrawal)
        words = f"{holder.id} holds at most {holder.volume:,.6g}{during(period)}"
        left = programme.column(0.0, 0.0 if is_last else holder.volume, words="" if is_last else words)
        balance = [(stored, 1.0 - holder.loss), (withdrawn, -1.0), (left, -1.0)]
        if holder.id in carried:
            balance.append((carried[holder.id], 1.0))
        carried[holder.id] = left
        programme.row(balance, 0.0, 0.0)
        terms[holder.node] += [(stored, -1.0), (withdrawn, 1.0)]
        self.stored.append((holder, Flow(stored, period)))
        self.withdrawn.append((holder, Flow(withdrawn, period)))

    def _add_balances(self, number: int, period: str, terms: Terms) -> None:
        for node in self.plan.nodes:
            demand = node.demand[number]
            words = f"{node.id} gets {demand:,.6g}{during(period)}" if demand > 0 else ""
            row = self.programme.row(terms[node.id], demand, demand, words)
            self.balances.append((node, period, row))


def during(period: str) -> str:
    """Return the end of a phrase that names the period, nothing where there is only one."""
    return f" in {period}" if period else ""
