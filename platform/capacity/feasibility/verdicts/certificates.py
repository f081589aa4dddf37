"""Certificates: what proves an answer for some gas days, checked again without a solver.

A *cut* is a set of nodes: gas must leave it and the edges across cannot carry it. *Demand* is what the rights
can force across, *capacity* what the edges carry that way, *shortfall* the difference. A request *loads* a
cut when it makes the demand larger. It is refused for cuts that it loads only; where rights sold before are
short already, a proof is about those cuts and says that it is `only_loaded`: the rights before are the stack
it covers less the request. Quantities are whole commercial units.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.physics.state import HydraulicState
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import Period

CURTAILMENT_SCALE: Final = 1_000_000
"""Factors of curtailments are counted in this: fine enough for what rounding to whole units leaves."""


class Outcome(StrEnum):
    """What was found."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Nomination:
    """One balanced use of rights: quantities entering, exiting and moved on paths."""

    entries: tuple[tuple[str, int], ...]
    exits: tuple[tuple[str, int], ...]
    paths: tuple[tuple[Route, int], ...]


@dataclass(frozen=True, slots=True)
class FlowProof:
    """The rights used at once can be transported: by these flows.

    `flows` has one whole quantity per edge in the revision's order, negative from head to tail. With
    `only_loaded` they show that no cut that the request loads falls short; others do.
    """

    flows: tuple[int, ...]
    only_loaded: bool = False
    kind: Literal["flow"] = "flow"


@dataclass(frozen=True, slots=True)
class CutProof:
    """The rights cannot be transported: they force `demand` out of `nodes`, and `capacity` is less.

    Where the proof holds for several days, the figures are those of the day with the largest shortfall.
    `limit` is set at level RIGHTS only: the point or path whose rights alone are the demand; without `nodes`
    it is the point's own limit that is exceeded. `witness` is set at level ROBUST only: a nomination, within
    the rights of that day, that cannot be transported.
    """

    nodes: tuple[str, ...]
    capacity: int
    demand: int
    limit: Route | None = None
    witness: Nomination | None = None
    kind: Literal["cut"] = "cut"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A bound on the shortfall of every cut with the points decided on the way here.

    Weak duality with whole numbers, all counted in 1/`scale`: `hub_share` is the weight of entries against
    exits, `path_shares` that of receipt against delivery for each path of the covering stack, in the order of
    their sort keys; `flows` are per edge in the revision's order. `loading_share` is the weight of what the
    request loads, zero unless the proof is `only_loaded`. `capacity.feasibility.checking.tree_checker`
    states and checks the bound.
    """

    scale: int
    hub_share: int
    path_shares: tuple[int, ...]
    flows: tuple[int, ...]
    loading_share: int = 0


@dataclass(frozen=True, slots=True)
class Unloaded:
    """The request loads no cut with the points decided on the way here, as two sums of rights show."""

    is_unloaded: Literal[True]


@dataclass(frozen=True, slots=True)
class Split:
    """The point decided next: first the tree in which it is inside the cut, then the one in which outside."""

    point: str


@dataclass(frozen=True, slots=True)
class TreeProof:
    """No cut falls short: every leaf bounds the shortfall below one unit. `items` are in preorder.

    With `only_loaded` no cut that the request loads does: the tree begins with its receipt point inside and
    its delivery point outside, and a case may also end because it holds no such cut.
    """

    items: tuple[Split | Leaf | Unloaded, ...]
    only_loaded: bool = False
    kind: Literal["tree"] = "tree"


@dataclass(frozen=True, slots=True)
class StateProof:
    """The rights used at once keep every pressure: in this state."""

    state: HydraulicState
    kind: Literal["state"] = "state"


@dataclass(frozen=True, slots=True)
class InfeasibilityProof:
    """The rights used at once keep no pressure: these steps contradict every state there could be."""

    refutation: InfeasibilityCertificate
    kind: Literal["refutation"] = "refutation"


@dataclass(frozen=True, slots=True)
class SoldOutProof:
    """Less is left than is asked: of `stated` interruptible units on sale for `limit`, `sold` are gone.

    `limit` is a path or a point of the route asked for, None where the operator states nothing about any.
    What is stated is the operator's word; what is sold is counted on the rights.
    """

    limit: Route | None
    stated: int
    sold: int
    kind: Literal["sold_out"] = "sold_out"


Certificate = Annotated[
    FlowProof | CutProof | TreeProof | StateProof | InfeasibilityProof | SoldOutProof,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Curtailment:
    """The rights of a day keep no pressure even without the request, as `refutation` shows.

    Reduced to `factor` in CURTAILMENT_SCALE and rounded down they are `stack`, the rights beside which the
    request is proved. The factor is the largest for which a state was verified.
    """

    factor: int
    stack: tuple[tuple[Route, int], ...]
    refutation: InfeasibilityCertificate


@dataclass(frozen=True, slots=True)
class DayProof:
    """One certificate and the gas days it holds for; a day may need one for flows and one for pressures.

    `covering` is the stack the certificate is about, in the order of the routes' sort keys. At level ROBUST
    it may exceed the rights of a day: what is proved for more rights is proved for fewer. With `curtailment`
    it is the request beside what that leaves of them.
    """

    periods: tuple[Period, ...]
    level: Level
    outcome: Outcome
    certificate: Certificate
    covering: tuple[tuple[Route, int], ...] = ()
    curtailment: Curtailment | None = None
