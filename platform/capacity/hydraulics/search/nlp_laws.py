"""The laws of the elements as rows of the nonlinear program.

Flows in kg/s, potentials in `SCALE` bar². Settings as in `capacity.hydraulics.search.modes`, laws as in
`capacity.hydraulics.physics.network`.
"""

from typing import Any, Final

import casadi
import numpy as np

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Integers, Reals
from capacity.hydraulics.physics.operating_ranges import OperatingRange
from capacity.hydraulics.search.modes import Setting

SCALE: Final = 1e3
"""Bar² per unit of the potentials in the program."""
NEGATIVE: Final = 1e-3
"""By how much the products of undecided elements may be negative, in kg/s times `SCALE` bar²."""
ROUNDED_KG_PER_S: Final = 0.1
"""Below such a flow, the loss of an undecided resistor changes its sign smoothly."""


class Laws:
    """The rows that hold the kept elements, as they are set, to their laws.

    setting : int64 (kept,); kept : int64 (kept,), the elements whose flows are unknowns
    rows, lower, upper : after `write`, expressions and their bounds
    """

    def __init__(self, network: HydraulicNetwork, setting: Integers, kept: Integers) -> None:
        self._network, self._kept = network, kept
        self._setting = setting
        self.rows: list[Any] = []
        self.lower: list[Reals] = [np.zeros(0)]
        self.upper: list[Reals] = [np.zeros(0)]

    def write(self, flow: Any, potential: Any) -> None:
        """Write all laws in the flows of the kept elements and the nodes' potentials, in `SCALE` bar²."""
        network, kept = self._network, self._kept
        is_open = (self._setting == Setting.OPEN) | (self._setting == Setting.BACKWARD)
        loses = (network.kind[kept] == ElementKind.RESISTOR) & is_open
        self._pipes(np.flatnonzero(is_open & ~loses & (network.resistance[kept] > 0)), flow, potential)
        for place in np.flatnonzero(self._setting == Setting.UNDECIDED).tolist():
            self._undecided(int(kept[place]), flow[place], potential)
        for place in np.flatnonzero(loses).tolist():
            element = int(kept[place])
            inlet, outlet = self._pressures(element, potential)
            sign = 1.0 if self._setting[place] == Setting.OPEN else -1.0
            self.row(inlet - outlet, sign * network.loss_bar[element], sign * network.loss_bar[element])
        for place in np.flatnonzero(self._setting >= Setting.ACTIVE).tolist():
            self._working(int(kept[place]), int(self._setting[place]), flow[place], potential)

    def _pipes(self, places: Integers, flow: Any, potential: Any) -> None:
        if not len(places):
            return
        network, pipes = self._network, self._kept[places]
        passing = flow[places.tolist()]
        lost = casadi.DM(network.resistance[pipes] / SCALE) * passing * casadi.fabs(passing)
        self.rows.append(
            potential[network.tail[pipes].tolist()] - potential[network.head[pipes].tolist()] - lost
        )
        self.lower.append(np.zeros(len(pipes)))
        self.upper.append(np.zeros(len(pipes)))

    def _undecided(self, element: int, flow: Any, potential: Any) -> None:
        """Let the element be in any of its modes: nothing passes, or products say what may.

        A station that carries gas and changes its pressure must do so rightly, and within its limits. Gas
        that goes backwards may gain more than a bypass allows: the modes then suggested will show it.
        """
        network, kind = self._network, self._network.kind[element]
        tail, head = int(network.tail[element]), int(network.head[element])
        inlet, outlet = potential[tail] / network.elevation[tail], potential[head] / network.elevation[head]
        if kind == ElementKind.RESISTOR:
            pressures = self._pressures(element, potential)
            passing = network.loss_bar[element] * flow / casadi.sqrt(flow**2 + ROUNDED_KG_PER_S**2)
            self.row(pressures[0] - pressures[1] - passing, 0.0, 0.0)
            return
        if kind == ElementKind.VALVE:
            self.row(flow * (potential[tail] - potential[head]), -NEGATIVE, NEGATIVE)
            return
        if kind == ElementKind.COMPRESSOR:
            outlet += network.resistance[element] / SCALE / network.elevation[head] * flow**2
            self.row(flow * (network.ratio_max[element] ** 2 * inlet - outlet), -NEGATIVE, np.inf)
        change = outlet - inlet if kind == ElementKind.COMPRESSOR else inlet - outlet
        self.row(flow * change, -NEGATIVE, np.inf)
        ranges = network.ranges.get(element, ())
        if len(ranges) == 1:
            reached = self._facets(ranges[0], flow, inlet, outlet)
            offsets = ranges[0].offsets / np.linalg.norm(ranges[0].normals, axis=1)
            self.rows.append(flow * change * (casadi.DM(offsets) - reached))
            self.lower.append(np.full(len(ranges[0].offsets), -NEGATIVE))
            self.upper.append(np.full(len(ranges[0].offsets), np.inf))
        lowest, highest = network.inlet_min_bar[element], network.outlet_max_bar[element]
        if lowest > network.pressure_min_bar[tail]:
            self.row(flow * change * (inlet - lowest**2 / SCALE), -NEGATIVE, np.inf)
        if highest < network.pressure_max_bar[head]:
            self.row(flow * change * (highest**2 / SCALE - outlet), -NEGATIVE, np.inf)

    def _working(self, element: int, setting: int, flow: Any, potential: Any) -> None:
        network = self._network
        tail, head = int(network.tail[element]), int(network.head[element])
        inlet = potential[tail] / network.elevation[tail]
        lost = network.resistance[element] / SCALE * flow**2
        outlet = (potential[head] + lost) / network.elevation[head]
        ranges = network.ranges.get(element, ())
        if ranges:
            operating = ranges[setting - Setting.ACTIVE]
            reach = np.linalg.norm(operating.normals, axis=1)
            self.rows.append(self._facets(operating, flow, inlet, outlet))
            self.lower.append(np.full(len(reach), -np.inf))
            self.upper.append(operating.offsets / reach)
            return
        self.row(network.ratio_max[element] ** 2 * inlet - outlet, 0.0, np.inf)
        self.row(outlet - network.ratio_min[element] ** 2 * inlet, 0.0, np.inf)
        least, most = network.difference_min_bar[element], network.difference_max_bar[element]
        if network.kind[element] == ElementKind.CONTROL_VALVE and (least > 0 or np.isfinite(most)):
            pressures = self._pressures(element, potential)
            self.row(pressures[0] - pressures[1], least, most)

    @staticmethod
    def _facets(operating: OperatingRange, flow: Any, inlet: Any, outlet: Any) -> Any:
        """Return how far out along the normal of each facet a station works, in kg/s and bar."""
        reach = np.linalg.norm(operating.normals, axis=1)
        point = casadi.vertcat(flow, (SCALE * inlet) ** 0.5, (SCALE * outlet) ** 0.5)
        return casadi.mtimes(casadi.DM(operating.normals / reach[:, None]), point)

    def _pressures(self, element: int, potential: Any) -> tuple[Any, Any]:
        """Return the expressions of the pressures at both ends, in bar."""
        ends = int(self._network.tail[element]), int(self._network.head[element])
        inlet, outlet = ((SCALE * potential[end] / self._network.elevation[end]) ** 0.5 for end in ends)
        return inlet, outlet

    def row(self, row: Any, lower: float, upper: float) -> None:
        """Hold an expression between two bounds."""
        self.rows.append(row)
        self.lower.append(np.array([lower]))
        self.upper.append(np.array([upper]))
