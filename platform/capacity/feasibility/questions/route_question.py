"""The question about one route: what is to be proved, by load case, and what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from capacity.feasibility.flow.flow_network import UNBOUNDED
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.technical_limits import RouteProver
from capacity.feasibility.pressures.pressure_prover import PressureProver
from capacity.feasibility.questions.interruptible_limits import OnSale
from capacity.networks.policy import Level
from capacity.solvers.deadline import Deadline


@dataclass(frozen=True, slots=True, eq=False)
class RouteQuestion:
    """What is to be proved about one route, by load case; `pressures` is None where only flows count.

    `on_sale` is what each load case has left of the interruptible quantity; empty for firm capacity. No more
    than `at_most` is sought: with pressures what is verified for more need not hold for less.
    """

    level: Level
    row: int
    days: tuple[LoadCase, ...]
    prover: RouteProver
    pressures: PressureProver | None
    on_sale: tuple[OnSale, ...] = ()
    at_most: int = UNBOUNDED

    def asking(self, quantity: int) -> list[LoadCase]:
        """Return the load cases with `quantity` more on the route."""
        return [day.plus(self.row, quantity) for day in self.days]

    def largest(self, days: Sequence[LoadCase], deadline: Deadline) -> list[int]:
        """Return, for each load case, the largest quantity more on the route; raises LimitReached."""
        quantities = self.on_sale_of(self.prover.largest(days, deadline))
        if self.pressures is None:
            return quantities
        return self.pressures.largest(days, self.row, quantities, deadline)

    def largest_throughout(self, days: Sequence[LoadCase], deadline: Deadline) -> int:
        """Return the largest quantity more on the route on all load cases alike; raises LimitReached."""
        if 0 in self._left():
            return 0
        quantity = min([self.prover.largest_throughout(days, deadline), self.at_most, *self._left()])
        if self.pressures is None:
            return quantity
        return self.pressures.largest_throughout(days, self.row, quantity, deadline)

    def on_sale_of(self, quantities: list[int]) -> list[int]:
        """Return what is on sale and sought of a quantity for each of the question's load cases."""
        sought = [min(quantity, self.at_most) for quantity in quantities]
        if not self.on_sale:
            return sought
        return [min(quantity, one.left) for quantity, one in zip(sought, self.on_sale, strict=True)]

    def _left(self) -> list[int]:
        return [one.left for one in self.on_sale]
