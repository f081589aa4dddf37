"""Verdicts: what was proved about a request, and what stands in its way."""

from datetime import datetime
from typing import Self

import strawberry

from capacity.feasibility.verdicts import certificates, explanation, verdict
from capacity.networks import policy
from capacity.rights.model import Firmness
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode, element, elements_of
from schema.capacity.routes import Route
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Within, shown_as
from schema.types.enumerations.names import CertificateKind
from schema.types.scalars import Period, Quantity


@strawberry.type
class CutEdge(InNetwork):
    """An edge that a cut crosses, in the direction of the missing gas."""

    edge: PhysicalEdge = element()
    tail: PhysicalNode = element("Its end on the side that gas cannot leave.")
    head: PhysicalNode = element("Its end on the other side.")
    capacity: Quantity = strawberry.field(description="The most it carries in that direction.")

    @classmethod
    def of(cls, value: explanation.CutEdge, within: Within) -> Self:
        """Show an edge of a cut."""
        return shown_as(cls, value, within=within, edge=value.edge_id)


@strawberry.type
class QuantityLimit(InNetwork):
    """What limits a quantity: a full cut, pressures, or the interruptible quantity on sale."""

    kind: explanation.LimitKind = strawberry.field(description="What limits it.")
    text: str = strawberry.field(description="The limit in words.")
    edges: list[CutEdge] = strawberry.field(description="All edges that leave the full cut.")


@strawberry.type
class FeasibleQuantity(InNetwork):
    """What could be had on the gas days of `period`."""

    period: Period
    quantity: Quantity = strawberry.field(description="The largest quantity verified.")
    bound: Quantity = strawberry.field(
        description="The most that capacities allow. Where it is `quantity`, no more can be had; where "
        "`quantity` is 0 and this is not, none was verified in time."
    )
    missing: Quantity = strawberry.field(description="How much of the quantity requested was not verified.")
    limit: QuantityLimit | None = strawberry.field(
        description="Null where the whole request was verified, or the limit was not found in time."
    )

    @classmethod
    def instead_of(cls, requested: int, found: explanation.FeasibleQuantity, within: Within) -> Self:
        """Show what could be had instead of `requested` on one sub-period."""
        missing = Quantity(max(requested - found.quantity, 0))
        return shown_as(cls, found, within=within, missing=missing)


@strawberry.type
class Bottleneck(InNetwork):
    """What stands in the way on some gas days: a cut of the network that is full."""

    text: str = strawberry.field(description="The bottleneck in words.")
    periods: list[Period]
    edges: list[CutEdge] = strawberry.field(description="All edges that leave the cut; full.")
    relief: CutEdge | None = strawberry.field(
        description="The edge whose capacity, raised by the shortfall, removes this bottleneck."
    )
    nodes: list[PhysicalNode] = element("The side of the cut that gas cannot leave.")
    capacity: Quantity = strawberry.field(description="The most the cut carries.")
    demand: Quantity = strawberry.field(description="What the rights can force across the cut.")
    shortfall: Quantity = strawberry.field(description="Demand less capacity.")
    missing: Quantity = strawberry.field(
        description="How much of the request is missing: less than the shortfall where the rights sold "
        "before are short already."
    )


@strawberry.type
class PressureShortage(InNetwork):
    """Where pressure fails on some gas days, in the best state found for them."""

    text: str = strawberry.field(description="The shortage in words.")
    periods: list[Period]
    node_code: strawberry.Private[str]
    pressure_bar: float
    limit_bar: float = strawberry.field(description="The node's lowest pressure, or its highest.")
    missing_bar: float = strawberry.field(description="How far beyond the limit; positive.")
    limiting_edge: PhysicalEdge = element("The edge that contributes most.")

    @classmethod
    def of(cls, value: explanation.PressureShortage, within: Within) -> Self:
        """Show a shortage."""
        shortage = value.shortage
        return shown_as(
            cls,
            shortage,
            within=within,
            node_code=shortage.node_id,
            periods=[Period.of(period) for period in value.periods],
        )

    @strawberry.field
    async def node(self, info: Info) -> PhysicalNode | None:
        """The node; null where pressure fails within a station, which `limitingEdge` or the text names."""
        return (await elements_of(info, self.within)).nodes.get(self.node_code)


@strawberry.type
class Proof(FromDomain):
    """Which kind of certificate proves which gas days."""

    periods: list[Period]
    level: policy.Level
    outcome: certificates.Outcome
    certificate: CertificateKind = strawberry.field(description="What proves it.")
    only_loaded: bool = strawberry.field(
        description="Whether rights sold before are short on these days already, so that the proof is about "
        "the cuts that the request loads."
    )
    curtailed_to: float | None = strawberry.field(
        description="Where rights sold before lack pressure already: the factor, below 1, to which all of "
        "them were reduced before the request was tried beside them. Else null."
    )

    @classmethod
    def of(cls, value: certificates.DayProof) -> Self:
        """Show a proof without its figures."""
        certificate, curtailment = value.certificate, value.curtailment
        return shown_as(
            cls,
            value,
            certificate=CertificateKind(certificate.kind),
            only_loaded=isinstance(certificate, certificates.FlowProof | certificates.TreeProof)
            and certificate.only_loaded,
            curtailed_to=None if curtailment is None else curtailment.factor / certificates.CURTAILMENT_SCALE,
        )


@strawberry.type
class Verdict(FromDomain):
    """The answer to one request for capacity, with what proves it."""

    outcome: certificates.Outcome
    level: policy.Level = strawberry.field(description="How much was proved.")
    demanded_level: policy.Level | None = strawberry.field(
        description="Where less was proved than the policy demands: what it demands. Else null."
    )
    route: Route
    firmness: Firmness
    quantity: Quantity = strawberry.field(description="The quantity requested, on every gas day.")
    period: Period
    proofs: list[Proof] = strawberry.field(description="Which certificates prove which gas days.")
    bottlenecks: list[Bottleneck]
    shortages: list[PressureShortage] = strawberry.field(description="Where pressure fails.")
    largest: list[FeasibleQuantity] = strawberry.field(
        description="What could be had on each sub-period of a rejected request."
    )
    largest_throughout: Quantity = strawberry.field(
        description="The largest quantity verified for the whole period of a rejected request."
    )
    bound_throughout: Quantity = strawberry.field(
        description="The most that capacities allow for the whole period of a rejected request."
    )
    solver: str = strawberry.field(
        description="The solvers that worked on it, joined by commas; Linepack where none was needed, "
        "because its own algorithms and earlier proofs sufficed."
    )
    solver_version: str = strawberry.field(description="Their versions, in the same order.")
    model_hash: str = strawberry.field(
        description="Identifies the network, capacities, rights and level that were proved."
    )
    rights_version: int
    decided_at: datetime = strawberry.field(description="When it was decided.")
    reason: str = strawberry.field(description="Why a verdict is UNDECIDED, or proves less than is demanded.")

    @classmethod
    def of(cls, value: verdict.Verdict) -> Self:
        """Show a verdict."""
        request, within = value.request, value.revision_id
        return shown_as(
            cls,
            value,
            within=within,
            route=Route.of(request.route, within),
            firmness=request.firmness,
            quantity=Quantity(request.quantity),
            period=Period.of(request.period),
            largest=[FeasibleQuantity.instead_of(request.quantity, one, within) for one in value.largest],
        )
