"""The hydraulic problem: may these injections, or any of these, be transported?

Units as in `capacity.hydraulics.physics.network`: kg/s, positive where gas enters.
"""

from dataclasses import dataclass, replace

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals


@dataclass(frozen=True, slots=True)
class PotentialGap:
    """A demand on the answer: the potential of node `high` exceeds that of node `low` by `least`, in bar²."""

    high: int
    low: int
    least: float


@dataclass(frozen=True, eq=False)
class HydraulicProblem:
    """Is there a state of the network in which every node injects within its bounds?

    The injection of node v is a free choice in [injection_min, injection_max] plus `step` times `direction`,
    with one `step` in [step_min, step_max] for all nodes. A nomination has equal bounds and no direction; a
    booking has bounds apart; a counter-offer asks for a step along a route.

    injection_min, injection_max, direction : float64 (nodes,), kg/s (direction: kg/s per unit of step)
    flow_min, flow_max : float64 (elements,), kg/s: the network's limits, or those of a day in their place
    """

    network: HydraulicNetwork
    injection_min: Reals
    injection_max: Reals
    direction: Reals
    flow_min: Reals
    flow_max: Reals
    step_min: float = 0.0
    step_max: float = 0.0
    gap: PotentialGap | None = None

    @classmethod
    def of_nomination(cls, network: HydraulicNetwork, injection: Reals) -> "HydraulicProblem":
        """Return the problem whether this balanced nomination, float64 (nodes,), can be transported."""
        return cls.of_booking(network, injection, injection)

    @classmethod
    def of_booking(cls, network: HydraulicNetwork, least: Reals, most: Reals) -> "HydraulicProblem":
        """Return the problem whether some balanced nomination between `least` and `most` can be."""
        nothing = np.zeros(network.size)
        return cls(network, least, most, nothing, network.flow_min, network.flow_max)

    def on_day(self, flow_min: Reals, flow_max: Reals) -> "HydraulicProblem":
        """Return the problem with a day's flow limits, float64 (elements,), which may be wider as well."""
        return replace(self, flow_min=flow_min, flow_max=flow_max)

    def towards(self, direction: Reals, step_min: float, step_max: float) -> "HydraulicProblem":
        """Return the problem whether some step along `direction` can be transported as well."""
        return replace(self, direction=direction, step_min=step_min, step_max=step_max)

    @property
    def is_nomination(self) -> bool:
        """Whether nothing is left to choose about the injections."""
        is_fixed = np.array_equal(self.injection_min, self.injection_max)
        return is_fixed and (self.step_min == self.step_max or not self.direction.any())

    @property
    def supply_max(self) -> float:
        """The most that can enter in all, kg/s: no element carries more, because no gas circulates."""
        lowest = self.injection_min + np.minimum(
            self.direction * self.step_min, self.direction * self.step_max
        )
        highest = self.injection_max + np.maximum(
            self.direction * self.step_min, self.direction * self.step_max
        )
        return float(min(np.maximum(highest, 0).sum(), np.maximum(-lowest, 0).sum()))
