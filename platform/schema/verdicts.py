"""The home of verdicts in the API: what was proved about a request, and what stands in its way."""

from datetime import datetime
from typing import Self

import strawberry

from capacity.feasibility import policy, verdict
from capacity.rights.model import Firmness
from linepack import gasday
from schema.routes import Route
from schema.scalars import Period, Quantity


@strawberry.type(description="The largest quantity that is feasible on the gas days of `period`.")
class FeasibleQuantity:
    """A counter-offer for a sub-period."""

    period: Period
    quantity: Quantity

    @classmethod
    def of(cls, largest: tuple[gasday.Period, int]) -> Self:
        """Show one sub-period with its largest quantity."""
        period, quantity = largest
        return cls(period=Period.of(period), quantity=Quantity(quantity))


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
        )


@strawberry.type(description="One certificate and the gas days it holds for.")
class Proof:
    """What kind of certificate proves which days."""

    periods: list[Period]
    level: policy.Level
    outcome: verdict.Outcome
    certificate: str = strawberry.field(
        description="flow, cut or tree: each can be re-checked without a solver."
    )

    @classmethod
    def of(cls, proof: verdict.DayProof) -> Self:
        """Show a proof without its figures."""
        return cls(
            periods=[Period.of(period) for period in proof.periods],
            level=proof.level,
            outcome=proof.outcome,
            certificate=proof.certificate.kind,
        )


@strawberry.type(description="The answer to one request for capacity, with what proves it.")
class Verdict:
    """A verdict; see `capacity.feasibility.verdict`."""

    outcome: verdict.Outcome
    level: policy.Level
    route: Route
    firmness: Firmness
    quantity: Quantity
    period: Period
    proofs: list[Proof]
    bottlenecks: list[Bottleneck]
    largest: list[FeasibleQuantity] = strawberry.field(
        description="The largest quantity verified for each sub-period of a refused request."
    )
    largest_throughout: Quantity = strawberry.field(
        description="The largest quantity verified for the whole period of a refused request."
    )
    solver: str
    solver_version: str
    model_hash: str = strawberry.field(
        description="Identifies the network, capacities, rights and level that were proved."
    )
    rights_version: int
    decided_at: datetime
    reason: str = strawberry.field(description="Why a verdict is UNDECIDED.")

    @classmethod
    def of(cls, found: verdict.Verdict) -> Self:
        """Show a verdict."""
        return cls(
            outcome=found.outcome,
            level=found.level,
            route=Route.of(found.request.route),
            firmness=found.request.firmness,
            quantity=Quantity(found.request.quantity),
            period=Period.of(found.request.period),
            proofs=[Proof.of(proof) for proof in found.proofs],
            bottlenecks=[Bottleneck.of(bottleneck) for bottleneck in found.bottlenecks],
            largest=[FeasibleQuantity.of(largest) for largest in found.largest],
            largest_throughout=Quantity(found.largest_throughout),
            solver=found.solver,
            solver_version=found.solver_version,
            model_hash=found.model_hash,
            rights_version=found.rights_version,
            decided_at=found.decided_at,
            reason=found.reason,
        )
