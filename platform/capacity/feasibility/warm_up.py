"""Warm-up: every kind of question asked once, so that no user waits for compilation.

Kernels are compiled when they are first called (seconds, kept on disk beside the code) and the solver's
library is loaded then. A process that answers users does so when it starts, with HiGHS: a licence of Gurobi
may have to be fetched over the network, and no start waits for that. No deadline applies: on a loaded machine
the compiler alone may take longer than an answer may, and nothing would start.
"""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from capacity.feasibility.verdicts.verdict import Request
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.physics import RESISTANCE
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.port import Solver
from linepack.gasday import GasDayClock, Period
from linepack.ids import RevisionId
from linepack.units import CommercialUnit, GasQuality

_LINE = Network(
    code="warm-up",
    name="One pipe",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8),
    clock=GasDayClock("UTC", 6),
    nodes=(
        Node("in", NodeRole.ENTRY, pressure_min_bar=40.0, pressure_max_bar=60.0),
        Node("out", NodeRole.EXIT, pressure_min_bar=40.0, pressure_max_bar=60.0),
    ),
    edges=(
        Edge(
            "pipe",
            EdgeKind.PIPE,
            "in",
            "out",
            capacity_forward=200_000_000,
            capacity_backward=200_000_000,
            attributes={RESISTANCE: 1.0},
        ),
    ),
)
"""Half its capacity exceeds what pressures allow, one and a half times the capacity what flows allow."""
_DAY = Period(date(2027, 1, 1), date(2027, 1, 2))
_REVISION = RevisionId(UUID(int=0))

FIRST_TIME_S: Final = 120.0
"""How long the first question of a level may take: it compiles, on a machine that may be busy."""


def warm_up(solver: Solver) -> None:
    """Ask `solver` and every kernel each kind of question, at every level, about a network of one pipe."""
    rights, at = RightsSnapshot(), datetime(2027, 1, 1, tzinfo=UTC)
    for level in (Level.FLOW, Level.ROBUST, Level.HYDRAULIC):
        verifier = Verifier(
            _LINE, (), Policy(firm_level=level), solver, revision_id=_REVISION, clock=lambda: 0.0
        )
        for route in (Route("in", "out"), Route("in", None)):
            verifier.largest(rights, route, _DAY, Firmness.FIRM, seconds=FIRST_TIME_S)
            verifier.availability(rights, route, _DAY)
            for quantity in (1, 100_000_000, 300_000_000):
                for firmness in Firmness:
                    verifier.verify(rights, Request(route, quantity, _DAY, firmness), at)
        for kind in RouteKind:
            verifier.views.availability(rights, verifier.views.routes(kind), _DAY)
        verifier.views.usage(rights, _DAY)
