"""What a nonlinear program minimises where no limit on potentials may be broken."""

from typing import Any, Protocol

import casadi

from capacity.hydraulics.physics.network import HydraulicNetwork, Integers
from capacity.hydraulics.search.nlp_laws import SCALE, Laws


class Sheet:
    """A program while it is written, as an aim sees it.

    kept, setting : int64 (kept,), the elements whose flows are unknowns, and what they are set to
    flow, potential, step, leaving : expressions: the flows of the kept elements in kg/s, the nodes'
        potentials in `SCALE` bar², the step, what leaves each node through the elements in kg/s
    """

    def __init__(
        self,
        network: HydraulicNetwork,
        elements: tuple[Integers, Integers],
        expressions: tuple[Any, Any, Any, Any],
        laws: Laws,
    ) -> None:
        """Take the kept elements with their settings, and flow, potential, step and leaving."""
        self.network, (self.kept, self.setting) = network, elements
        self.flow, self.potential, self.step, self.leaving = expressions
        self.unknowns: list[Any] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.start: list[float] = []
        self.reported: list[Any] = []
        self.row = laws.row

    def unknown(self, lower: float, upper: float, *, start: float) -> Any:
        """Return another unknown, with its bounds and where it begins."""
        name = casadi.SX.sym(f"unknown {len(self.unknowns)}")
        self.unknowns.append(name)
        self.lower.append(lower)
        self.upper.append(upper)
        self.start.append(start)
        return name

    def report(self, *expressions: Any) -> None:
        """Have the values of expressions returned with each point."""
        self.reported += expressions

    def machine_pressures_bar(self, place: int) -> tuple[Any, Any]:
        """Return the pressures at the machines of the station that is the kept element `place`, in bar."""
        network, element = self.network, int(self.kept[place])
        tail, head = int(network.tail[element]), int(network.head[element])
        lost = network.resistance[element] / SCALE * self.flow[place] ** 2
        inlet = self.potential[tail] / network.elevation[tail]
        outlet = (self.potential[head] + lost) / network.elevation[head]
        return (SCALE * inlet) ** 0.5, (SCALE * outlet) ** 0.5


class Aim(Protocol):
    """What to minimise where no limit on potentials may be broken."""

    def objective(self, sheet: Sheet) -> Any:
        """Return the expression to minimise; may add unknowns, rows and reports to the sheet."""
        ...


class LargestStep:
    """The aim of the largest step."""

    def objective(self, sheet: Sheet) -> Any:
        """Return the negative step."""
        return -sheet.step
