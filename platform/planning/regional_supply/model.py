"""The gas supply of a region: nodes, lines that are there or could be built, other fuels, gas holders.

Quantities are gas equivalent per period, in the unit of the plan; costs are per unit, of lines that could be
built per unit and kilometre or per kilometre. The supply of a node is what it can give at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf


class TariffForm(StrEnum):
    """What the figures of a tariff's classes are.

    STEP : prices p_i of every unit, where b_(i−1) < x ≤ b_i: a flow x costs p_i x
    CURVE : costs of the flows b_i, straight in between and from 0: a flow x costs φ(x)
    """

    STEP = "step"
    CURVE = "curve"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a line costs by its flow, per kilometre: classes by their largest flow, in rising order."""

    form: TariffForm
    limits: Sequence[float]
    figures: Sequence[float]

    def rates(self) -> list[float]:
        """Return what a unit costs in each class when that is used in full; they never rise."""
        if self.form is TariffForm.STEP:
            return list(self.figures)
        return [cost / limit for limit, cost in zip(self.limits, self.figures, strict=True)]


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the network; quantities by period.

    supply_price : what a unit costs at the source
    use_cost : what using a unit of gas costs the consumer
    shortage_price : what a unit that is not delivered costs; None: all of the demand must be met
    """

    id: str
    supply: Sequence[float]
    demand: Sequence[float]
    supply_price: float = 0.0
    use_cost: float = 0.0
    shortage_price: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line that carries gas from `tail` to `head`: it is there at a cost per unit, or has a tariff."""

    id: str
    tail: str
    head: str
    capacity: float = inf
    cost: float = 0.0
    length_km: float = 1.0
    tariff: Tariff | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Another fuel brought to a consumer: what a unit of it costs to bring and to use there."""

    to: str
    cost: float


@dataclass(frozen=True, slots=True)
class Fuel:
    """Another fuel, in a unit of its own that replaces `gas_equivalent` units of gas."""

    id: str
    supply: Sequence[float]
    price: float
    gas_equivalent: float
    deliveries: Sequence[Delivery]


@dataclass(frozen=True, slots=True)
class Holder:
    """A gas holder: a consumer in one period, a source in a later one.

    injection, withdrawal : the most of a period
    cost : per unit taken in; loss : the share of it that does not come out again
    """

    id: str
    node: str
    volume: float
    injection: float = inf
    withdrawal: float = inf
    cost: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class RegionalSupply:
    """What is to be planned."""

    unit: str
    currency: str
    periods: Sequence[str]
    nodes: Sequence[Node]
    lines: Sequence[Line]
    fuels: Sequence[Fuel] = ()
    holders: Sequence[Holder] = ()

    def supply(self) -> float:
        """Return all that sources and fuels could give over all periods."""
        gas = sum(sum(node.supply) for node in self.nodes)
        return gas + sum(sum(fuel.supply) * fuel.gas_equivalent for fuel in self.fuels)

    def demand(self) -> float:
        """Return what all consumers want over all periods."""
        return sum(sum(node.demand) for node in self.nodes)
