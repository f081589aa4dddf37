"""What each field costs, in points of about one row read.

By default a leaf costs nothing, an object 1, and a list field multiplies what is under it by the rows
requested with `first`; a list without `first` counts `LIST_ROWS`. Exceptions are in `COSTS`, by "Type.field".
The points are an upper bound: both sides of a union count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LIST_ROWS = 10
"""Rows counted for a list that is not paged."""
MUTATION_COST = 10
SUBSCRIPTION_COST = 10
INTROSPECTION_COST = 500
"""Of `__schema` and `__type` with everything under them, whose depth graphql-core bounds."""
DAYS_ASSUMED = 366
"""Gas days counted when the period cannot be read before execution."""


FREE: Final = frozenset({"PhysicalEdge", "PhysicalNode", "PriceProcedure", "PriceTier", "SharedBlock"})
"""Objects that cost nothing: they are kept in memory, or part of what is read in any case."""


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What one field costs beyond the default: `points` itself, `rows` under it when it is a list.

    `points_per_100_days` is added for every 100 gas days of its argument `period`, or part of them.
    """

    points: int = 1
    rows: int = LIST_ROWS
    points_per_100_days: int = 0


COSTS: Mapping[str, FieldCost] = {
    "BookProfilePayload.bookings": FieldCost(points=0, rows=12),
    "CapacityShortfall.contracts": FieldCost(points=0, rows=50),
    "CompressorDispatch.initial": FieldCost(points=0, rows=30),
    "CompressorDispatch.least": FieldCost(points=0, rows=30),
    "Contract.bookedTogether": FieldCost(points=2, rows=12),
    "Contract.cost": FieldCost(points=5),
    "Contract.movements": FieldCost(points=2, rows=20),
    "CreditUsage.locks": FieldCost(points=0, rows=50),
    "DirectedUse.contracts": FieldCost(points=0, rows=20),
    "DryRunBookProfilePayload.parts": FieldCost(points=0, rows=12),
    "ElementUse.stretches": FieldCost(points=0, rows=20),
    "LedgerPage.events": FieldCost(points=0, rows=1),
    "ClearingDraft.bids": FieldCost(points=0, rows=100),
    "ClearingDraft.edgePrices": FieldCost(points=0, rows=100),
    "ClearingAward.edgePrices": FieldCost(points=0, rows=100),
    "Mutation.awardClearing": FieldCost(points=500),
    "Mutation.awardRelease": FieldCost(points=50),
    "Mutation.bookCapacity": FieldCost(points=20),
    "Mutation.bookProfile": FieldCost(points=200),
    "Mutation.changePassword": FieldCost(points=100),
    "Mutation.createUser": FieldCost(points=50),
    "Mutation.dispatchCompressors": FieldCost(points=500),
    "Mutation.draftClearing": FieldCost(points=500),
    "Mutation.enrolSecondFactor": FieldCost(points=50),
    "Mutation.importNetwork": FieldCost(points=500),
    "Mutation.publishRevision": FieldCost(points=500),
    "Mutation.inviteUser": FieldCost(points=50),
    "Mutation.resetPassword": FieldCost(points=50),
    "Mutation.refresh": FieldCost(points=20),
    "Mutation.removeSecondFactor": FieldCost(points=50),
    "Mutation.setAside": FieldCost(points=20),
    "Mutation.signIn": FieldCost(points=50),
    "Mutation.validateBookings": FieldCost(points=500),
    "Network.edges": FieldCost(points=60, rows=600),
    "Network.nodes": FieldCost(points=60, rows=600),
    "Network.overlays": FieldCost(points=5, rows=50),
    "NetworkAvailability.stretches": FieldCost(points=0, rows=50),
    "NetworkPressures.stretches": FieldCost(points=0, rows=50),
    "NetworkUsage.stretches": FieldCost(points=0, rows=50),
    "Mutation.publishIndexValues": FieldCost(points=100),
    "PartyBalances.balances": FieldCost(points=0, rows=100),
    "Positions.routes": FieldCost(points=0, rows=50),
    "PressureShortfall.contracts": FieldCost(points=0, rows=50),
    "ProfileRefusedProblem.parts": FieldCost(points=0, rows=12),
    "Query.availability": FieldCost(points=10, points_per_100_days=10),
    "Query.balances": FieldCost(points=5, rows=50),
    "Query.credit": FieldCost(points=50),
    "Query.dryRunBookCapacity": FieldCost(points=30),
    "Query.dryRunBookProfile": FieldCost(points=300),
    "Query.elementUse": FieldCost(points=60, points_per_100_days=60),
    "Query.entryInclusion": FieldCost(points=10),
    "Query.indexValues": FieldCost(points=20, rows=100),
    "Query.positions": FieldCost(points=30),
    "Query.bidQuote": FieldCost(points=5),
    "Query.listingQuote": FieldCost(points=10),
    "Query.partyBalances": FieldCost(points=10),
    "Query.networkAvailability": FieldCost(points=100, points_per_100_days=100),
    "Query.pressures": FieldCost(points=200, points_per_100_days=300),
    "Query.proofDocuments": FieldCost(points=100),
    "Query.releaseCredits": FieldCost(points=5, rows=50),
    "Query.shortfalls": FieldCost(points=100, points_per_100_days=50),
    "Query.steadySimulation": FieldCost(points=60),
    "Query.trackPath": FieldCost(points=220),
    "Query.usage": FieldCost(points=60, points_per_100_days=60),
    "Query.verdictInclusion": FieldCost(points=10),
    "Subscription.networkAvailability": FieldCost(points=500, points_per_100_days=500),
    "SettlementEventPage.events": FieldCost(points=0, rows=1),
    "Subscription.dryRunBookCapacity": FieldCost(points=20),
    "RoutePositions.positions": FieldCost(points=0, rows=12),
    "RobustValidation.witness": FieldCost(points=0, rows=100),
    "SteadyState.edges": FieldCost(points=0, rows=600),
    "SteadyState.nodes": FieldCost(points=0, rows=600),
    "TrackPathPayload.edges": FieldCost(points=0, rows=200),
    "TrackPathPayload.nodes": FieldCost(points=0, rows=200),
    "UsedStretch.uses": FieldCost(points=0, rows=2),
}
