"""The hydraulic state: modes, flows and pressures that show that a nomination can be transported.

It is the certificate of an acceptance; `capacity.hydraulics.physics.residuals` re-checks it. Flows in kg/s,
positive from tail to head and where gas enters; pressures absolute, in bar; all in the order of the
revision's edges and nodes.
"""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What an element is set to; pipes, short pipes and resistors are OPEN."""

    OPEN = "open"
    CLOSED = "closed"
    ACTIVE = "active"
    BYPASS = "bypass"


@dataclass(frozen=True, slots=True)
class HydraulicState:
    """A steady state of a network.

    `configurations` names, per edge, the configuration that a station with characteristic maps runs when
    it is ACTIVE, else it is empty. `flange_pressures_bar` are those at the machines of stations that lose
    pressure at their flanges, in the order in which `capacity.hydraulics.physics.network` adds those nodes.
    """

    injections_kg_per_s: tuple[float, ...]
    flows_kg_per_s: tuple[float, ...]
    pressures_bar: tuple[float, ...]
    modes: tuple[Mode, ...]
    configurations: tuple[str, ...]
    flange_pressures_bar: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortage:
    """Where pressure fails in the best state found: the node, what it has, what it needs, what limits it.

    `missing_bar` is positive: below the node's lowest pressure or above its highest. `limiting_edge` is the
    edge that stands most in the way: a station at its limit, or the pipe that loses most on the way there.
    """

    node_id: str
    pressure_bar: float
    limit_bar: float
    missing_bar: float
    limiting_edge: str
    text: str
