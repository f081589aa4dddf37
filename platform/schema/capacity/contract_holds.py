"""Holds: how much of a contract is held for what, and how much of it is free."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from capacity.rights.model import Hold, HoldCause
from market.errors import NotHeld
from schema.types.domain_values import FromDomain, shown_as
from schema.types.problems import Problem
from schema.types.scalars import Period, Quantity

SUBJECTS: Mapping[HoldCause, str] = {
    HoldCause.RELEASE: "ReleaseOffer",
    HoldCause.LISTING: "Listing",
    HoldCause.CALL: "CallForOrders",
    HoldCause.ORDER: "Order",
    HoldCause.SET_ASIDE: "CapacitySetAside",
    HoldCause.CLEARING: "ClearingBid",
}
"""The type of what capacity is held for."""


@strawberry.type
class ContractHold(FromDomain):
    """A part of a contract that can be delivered to one purpose only."""

    cause: HoldCause = strawberry.field(description="What it is held for.")
    held_for: relay.GlobalID = strawberry.field(
        description="The id of the listing, call, order, release or bid."
    )
    period: Period
    quantity: Quantity
    until: datetime | None = strawberry.field(description="When it ends by itself, if it does.")

    @classmethod
    def of(cls, value: Hold) -> Self:
        """Show what is left of a hold."""
        purpose = value.purpose
        return shown_as(
            cls,
            value,
            cause=purpose.cause,
            held_for=relay.GlobalID(SUBJECTS[purpose.cause], str(purpose.cause_id)),
        )


@strawberry.type
class FreeCapacity(FromDomain):
    """What is free of a contract: its quantity, less what it passed on, less holds."""

    period: Period
    quantity: Quantity = strawberry.field(description="As the contract was made.")
    passed_on: Quantity = strawberry.field(description="Traded or released to others.")
    held: Quantity = strawberry.field(description="For listings, calls, orders and releases.")
    free: Quantity = strawberry.field(description="What can be offered, held or passed on.")


@strawberry.type
class HeldQuantity(FromDomain):
    """A quantity on the gas days of `period`."""

    period: Period
    quantity: Quantity


@strawberry.type
class CapacityNotHeldProblem(Problem):
    """The contract does not have that much left that is not held for something else."""

    free: list[HeldQuantity] = strawberry.field(description="How much is free, for each sub-period.")

    @classmethod
    def of(cls, value: NotHeld) -> Self:
        """Show how much is free."""
        free = [
            HeldQuantity(period=Period.of(period), quantity=Quantity(max(0, left)))
            for period, left in value.free
        ]
        return shown_as(cls, value, free=free)
