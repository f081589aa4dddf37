"""Verdicts in the API: what was proved about a request, and what stands in its way."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

import strawberry

from capacity.feasibility.verdicts import verdict
from capacity.hydraulics.physics.state import Shortage
from capacity.networks import policy
from capacity.rights.model import Firmness
from linepack import gasday
from schema.types.capacity_route import Route
from schema.types.scalars import Period, Quantity


@strawberry.type(description="An edge that a cut crosses, in the direction of the missing gas.")
class CutEdge:
    """A full edge."""

    edge: str
    tail: str
    head: str
    capacity: Quantity = strawberry.field(description="What it carries that way.")

    @classmethod
    def of(cls, edge: verdict.CutEdge) -> Self:
        """Show an edge of a cut."""
        return cls(edge=edge.edge_id, tail=edge.tail, head=edge.head, capacity=Quantity(edge.capacity))


@strawberry.type(
    description="What limits a quantity: a full cut, pressures, or the interruptible quantity on sale."
)
class QuantityLimit:
    """Why no more can be had."""

    kind: verdict.LimitKind
    text: str = strawberry.field(description="The limit in words.")
    edges: list[CutEdge] = strawberry.field(description="All edges that leave the full cut.")

    @classmethod
    def of(cls, limit: verdict.Limit) -> Self:
        """Show a limit."""
        return cls(kind=limit.kind, text=limit.text, edges=[CutEdge.of(edge) for edge in limit.edges])


@strawberry.type(description="What could be had on the gas days of `period`.")
class FeasibleQuantity:
    """A counter-offer for a sub-period."""

    period: Period
    quantity: Quantity = strawberry.field(description="The largest quantity verified.")
    bound: Quantity = strawberry.field(
        description="The most that capacities allow. Where it is `quantity`, no more can be had; where "
        "`quantity` is 0 and this is not, none was verified in time."
    )
    missing: Quantity = strawberry.field(description="How much of what was asked was not verified.")
    limit: QuantityLimit | None = strawberry.field(
        description="Null where all that was asked was verified, or the limit was not found in time."
    )

    @classmethod
    def of(cls, found: verdict.FeasibleQuantity, asked: int) -> Self:
        """Show what could be had instead of `asked` on one sub-period."""
        return cls(
            period=Period.of(found.period),
            quantity=Quantity(found.quantity),
            bound=Quantity(found.bound),
            missing=Quantity(max(asked - found.quantity, 0)),
            limit=None if found.limit is None else QuantityLimit.of(found.limit),
        )


@strawberry.type(description="What stands in the way on some gas days: a cut of the network that is full.")
class Bottleneck:
    """A cut, in words and figures."""

    text: str = strawberry.field(description="The bottleneck in words.")
    periods: list[Period]
    edges: list[CutEdge] = strawberry.field(description="All edges that leave the cut; full.")
    relief: CutEdge | None = strawberry.field(
        description="Raise its capacity by the shortfall, and this bottleneck is gone."
    )
    nodes: list[str] = strawberry.field(description="The side of the cut that gas cannot leave.")
    capacity: Quantity
    demand: Quantity = strawberry.field(description="What the rights can force across the cut.")
    shortfall: Quantity
    missing: Quantity = strawberry.field(
        description="How much of the request is missing: less than the shortfall where what was sold before "
        "is short already."
    )

    @classmethod
    def of(cls, found: verdict.Bottleneck) -> Self:
        """Show a bottleneck."""
        return cls(
            text=found.text,
            periods=[Period.of(period) for period in found.periods],
            edges=[CutEdge.of(edge) for edge in found.edges],
            relief=None if found.relief is None else CutEdge.of(found.relief),
            nodes=list(found.nodes),
            capacity=Quantity(found.capacity),
            demand=Quantity(found.demand),
            shortfall=Quantity(found.shortfall),
            missing=Quantity(found.missing),
        )


@strawberry.type(description="Where pressure fails on some gas days, in the best state found for them.")
class PressureShortage:
    """A node without the pressure it needs."""

    text: str = strawberry.field(description="The shortage in words.")
    periods: list[Period]
    node: str
    pressure_bar: float
    limit_bar: float = strawberry.field(description="The node's lowest pressure, or its highest.")
    missing_bar: float = strawberry.field(description="How far beyond the limit; positive.")
    limiting_edge: str = strawberry.field(description="The edge that stands most in the way.")

    @classmethod
    def of(cls, periods: Iterable[gasday.Period], found: Shortage) -> Self:
        """Show a shortage."""
        return cls(
            text=found.text,
            periods=[Period.of(period) for period in periods],
            node=found.node_id,
            pressure_bar=found.pressure_bar,
            limit_bar=found.limit_bar,
            missing_bar=found.missing_bar,
            limiting_edge=found.limiting_edge,
        )


@strawberry.type(description="One certificate and the gas days it holds for.")
class Proof:
    """What kind of certificate proves which days."""

    periods: list[Period]
    level: policy.Level
    outcome: verdict.Outcome
    certificate: str = strawberry.field(
        description="flow, cut or tree for capacities, state or refutation for pressures: each can be "
        "re-checked without a solver."
    )
    only_loaded: bool = strawberry.field(
        description="Whether rights sold before are short on these days already, so that the proof is about "
        "the cuts that the request loads."
    )
    curtailed_to: float | None = strawberry.field(
        description="Where rights sold before lack pressure already: the factor, below 1, to which all of "
        "them were reduced before the request was asked beside them. Else null."
    )

    @classmethod
    def of(cls, proof: verdict.DayProof) -> Self:
        """Show a proof without its figures."""
        certificate, curtailment = proof.certificate, proof.curtailment
        return cls(
            periods=[Period.of(period) for period in proof.periods],
            level=proof.level,
            outcome=proof.outcome,
            certificate=certificate.kind,
            only_loaded=isinstance(certificate, verdict.FlowProof | verdict.TreeProof)
            and certificate.only_loaded,
            curtailed_to=None if curtailment is None else curtailment.factor / verdict.CURTAILMENT_SCALE,
        )


@strawberry.type(description="The answer to one request for capacity, with what proves it.")
class Verdict:
    """A verdict; see `capacity.feasibility.verdicts.verdict`."""

    outcome: verdict.Outcome
    level: policy.Level = strawberry.field(description="How much was proved.")
    demanded_level: policy.Level | None = strawberry.field(
        description="Where less was proved than the policy demands: what it demands. Else null."
    )
    route: Route
    firmness: Firmness
    quantity: Quantity
    period: Period
    proofs: list[Proof]
    bottlenecks: list[Bottleneck]
    shortages: list[PressureShortage] = strawberry.field(description="Where pressure fails.")
    largest: list[FeasibleQuantity] = strawberry.field(
        description="What could be had on each sub-period of a refused request."
    )
    largest_throughout: Quantity = strawberry.field(
        description="The largest quantity verified for the whole period of a refused request."
    )
    bound_throughout: Quantity = strawberry.field(
        description="The most that capacities allow for the whole period of a refused request."
    )
    solver: str = strawberry.field(
        description="The solvers that worked on it, joined by commas; Linepack where none had to, because "
        "kernels and proofs made before sufficed."
    )
    solver_version: str = strawberry.field(description="Their versions, in the same order.")
    model_hash: str = strawberry.field(
        description="Identifies the network, capacities, rights and level that were proved."
    )
    rights_version: int
    decided_at: datetime
    reason: str = strawberry.field(description="Why a verdict is UNDECIDED, or proves less than is demanded.")

    @classmethod
    def of(cls, found: verdict.Verdict) -> Self:
        """Show a verdict."""
        return cls(
            outcome=found.outcome,
            level=found.level,
            demanded_level=found.demanded_level,
            route=Route.of(found.request.route),
            firmness=found.request.firmness,
            quantity=Quantity(found.request.quantity),
            period=Period.of(found.request.period),
            proofs=[Proof.of(proof) for proof in found.proofs],
            bottlenecks=[Bottleneck.of(bottleneck) for bottleneck in found.bottlenecks],
            shortages=[PressureShortage.of(one.periods, one.shortage) for one in found.shortages],
            largest=[FeasibleQuantity.of(largest, found.request.quantity) for largest in found.largest],
            largest_throughout=Quantity(found.largest_throughout),
            bound_throughout=Quantity(found.bound_throughout),
            solver=found.solver,
            solver_version=found.solver_version,
            model_hash=found.model_hash,
            rights_version=found.rights_version,
            decided_at=found.decided_at,
            reason=found.reason,
        )
