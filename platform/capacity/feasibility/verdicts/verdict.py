"""Verdicts: what was asked, what was found, and the certificates that prove it.

A verdict is a value: it is stored beside the contract it allowed and can be re-checked years later by
`capacity.feasibility.checking.verdict_checker`, without a solver. Quantities are whole commercial units. A
verdict that could not be reached in time is UNDECIDED, which never sells anything.

A *cut* is a set of nodes: gas must leave it and the edges across cannot carry it. *Demand* is what the rights
can force across, *capacity* what the edges carry that way, *shortfall* the difference. A request *loads* a
cut when it makes the demand larger. It is refused for cuts that it loads only; where rights sold before are
short already, a proof is about those cuts and says that it is `only_loaded`: the rights before are the stack
it covers less the request.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.physics.state import HydraulicState, Shortage
from capacity.networks.policy import Level
from capacity.rights.model import Firmness, Route
from linepack.canonical_json import JsonValue, canonical_json
from linepack.gasday import Period
from linepack.ids import RevisionId

QUANTITY_MAX: Final = 10**12
"""No point or path is sold more than this, in commercial units, even where nothing limits it."""


CURTAILMENT_SCALE: Final = 1_000_000
"""Factors of curtailments are counted in this: fine enough for what rounding to whole units leaves."""


class Outcome(StrEnum):
    """What was found."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Request:
    """A right asked for: `quantity` whole commercial units on every gas day of `period`."""

    route: Route
    quantity: int
    period: Period
    firmness: Firmness = Firmness.FIRM

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"a request is for a positive quantity, not {self.quantity}")


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


@dataclass(frozen=True, slots=True)
class CutEdge:
    """An edge that a cut crosses, in the direction of the missing gas, and what it carries that way."""

    edge_id: str
    tail: str
    head: str
    capacity: int

    def __str__(self) -> str:
        return f"{self.tail} → {self.head}"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What stands in the way on some gas days.

    `edges` are all that leave `nodes`, full under the demand. `relief` is the edge (and direction) whose
    capacity, raised by `shortfall`, removes this bottleneck; None where no edge leaves, and where without
    `nodes` it is the own limit of a point, `limit`, that has to be raised. When a verdict names several
    bottlenecks, raising each by its own shortfall makes the request feasible and one unit less on any of them
    does not. `missing` is how much of the request is missing: less than the shortfall where what was sold
    before is short already.
    """

    periods: tuple[Period, ...]
    edges: tuple[CutEdge, ...]
    relief: CutEdge | None
    nodes: tuple[str, ...]
    capacity: int
    demand: int
    shortfall: int
    missing: int
    text: str
    limit: Route | None = None

    @property
    def period(self) -> Period:
        """From the first to the last gas day concerned."""
        return Period(self.periods[0].start, self.periods[-1].end)


class LimitKind(StrEnum):
    """What limits a quantity."""

    CUT = "cut"
    PRESSURE = "pressure"
    INTERRUPTIBLE = "interruptible"


@dataclass(frozen=True, slots=True)
class Limit:
    """Why no more can be had on some gas days; `edges` are all that leave the full cut."""

    kind: LimitKind
    text: str
    edges: tuple[CutEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class FeasibleQuantity:
    """The largest quantity verified on the gas days of `period`, and the most that capacities allow.

    Where both are equal no more can be had; where `quantity` is 0 and `bound` is not, none was verified in
    time. `limit` is None where all that was asked was verified, or where time ended before it was known.
    """

    period: Period
    quantity: int
    bound: int
    limit: Limit | None = None

    def followed_by(self, later: "FeasibleQuantity") -> "FeasibleQuantity | None":
        """Return both as one where `later` follows at once and is alike in all else, None elsewhere."""
        if self.period.end != later.period.start or replace(later, period=self.period) != self:
            return None
        return replace(self, period=Period(self.period.start, later.period.end))


@dataclass(frozen=True, slots=True)
class PressureShortage:
    """Where pressure fails on some gas days, in the best state found for them."""

    periods: tuple[Period, ...]
    shortage: Shortage


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one request; see the module docstring.

    `proofs` cover every gas day of a feasible request; of an infeasible one, the days that refuse it.
    `largest` says what could be had on each sub-period, `largest_throughout` what was verified for the whole
    period and `bound_throughout` what capacities allow there; empty or zero unless the request was refused.
    `is_explained` is False where time ran out while they and the bottlenecks were sought, or where no edge
    can be raised to help. `model_hash` identifies the network, capacities, rights and level that were proved.
    `reason` says why a verdict is
    UNDECIDED, or why it was sold at a lower level than the policy demands: then `demanded_level` is that one.
    """

    request: Request
    outcome: Outcome
    level: Level
    revision_id: RevisionId
    rights_version: int
    solver: str
    solver_version: str
    model_hash: str
    decided_at: datetime
    proofs: tuple[DayProof, ...] = ()
    bottlenecks: tuple[Bottleneck, ...] = ()
    largest: tuple[FeasibleQuantity, ...] = ()
    largest_throughout: int = 0
    bound_throughout: int = 0
    is_explained: bool = True
    reason: str = ""
    shortages: tuple[PressureShortage, ...] = ()
    demanded_level: Level | None = None

    @property
    def is_feasible(self) -> bool:
        """Whether the request may be sold."""
        return self.outcome is Outcome.FEASIBLE

    def to_json(self) -> Mapping[str, JsonValue]:
        """Return the verdict as plain JSON values."""
        plain: Mapping[str, JsonValue] = _CODEC.dump_python(self, mode="json")
        return plain

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that the verdict says, the same before it is stored and afterwards."""
        text = canonical_json(self.to_json())
        return hashlib.sha256(_NEGATIVE_ZERO.sub(b"0.0", text)).hexdigest()

    @classmethod
    def from_json(cls, plain: object) -> "Verdict":
        """Return the verdict that `to_json` wrote; raises ValueError for anything else."""
        return _CODEC.validate_python(plain)


_CODEC: TypeAdapter[Verdict] = TypeAdapter(Verdict)

_NEGATIVE_ZERO: Final = re.compile(rb"-0\.0(?=[,\]}])")
"""What a database does not keep apart from zero."""


@dataclass(frozen=True, slots=True)
class AvailableCapacity:
    """What a route offers on the gas days of `period`, in whole commercial units.

    `technical` is what the empty network carries, `available` the largest further firm quantity, verified at
    `level`, `set_aside` what the operator keeps back of firm capacity. `interruptible_stated` is the
    interruptible quantity that limits the route most, where it is counted; `interruptible_left` what is left
    of it, at most `technical`.
    """

    period: Period
    technical: int
    booked_firm: int
    booked_interruptible: int
    available: int
    level: Level
    set_aside: int = 0
    interruptible_stated: int = 0
    interruptible_left: int = 0
