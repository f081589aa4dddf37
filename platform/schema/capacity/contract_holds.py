"""Holds in the API: what of a contract is held for what, and how much of it is free."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from capacity.rights.model import Hold, HoldCause
from market.errors import NotHeld
from market.holds.free import Stretch
from schema.types.problems import Problem
from schema.types.scalars import Period, Quantity

SUBJECTS: Mapping[HoldCause, str] = {
    HoldCause.RELEASE: "ReleaseOffer",
    HoldCause.LISTING: "Listing",
    HoldCause.CALL: "CallForOrders",
    HoldCause.ORDER: "Order",
    HoldCause.SET_ASIDE: "CapacitySetAside",
}
"""The type of what capacity is held for."""


@strawberry.type(description="A part of a contract that can be delivered to one purpose only.")
class ContractHold:
    """What is left of one hold, on the gas days of `period`."""

    cause: HoldCause
    held_for: relay.GlobalID = strawberry.field(description="The listing, call, order or release.")
    period: Period
    quantity: Quantity
    until: datetime | None = strawberry.field(description="When it ends by itself, if it does.")

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """Show a standing line."""
        purpose = hold.purpose
        return cls(
            cause=purpose.cause,
            held_for=relay.GlobalID(SUBJECTS[purpose.cause], str(purpose.cause_id)),
            period=Period.of(hold.period),
            quantity=Quantity(hold.quantity),
            until=hold.until,
        )


@strawberry.type(description="What is free of a contract: its quantity, less what it passed on, less holds.")
class FreeCapacity:
    """A stretch of gas days with equal figures."""

    period: Period
    quantity: Quantity = strawberry.field(description="As the contract was made.")
    passed_on: Quantity
    held: Quantity = strawberry.field(description="For listings, calls, orders and releases.")
    free: Quantity = strawberry.field(description="What can be offered, held or passed on.")

    @classmethod
    def of(cls, stretch: Stretch) -> Self:
        """Show a stretch."""
        return cls(
            period=Period.of(stretch.period),
            quantity=Quantity(stretch.quantity),
            passed_on=Quantity(stretch.passed_on),
            held=Quantity(stretch.held),
            free=Quantity(stretch.free),
        )


@strawberry.type(description="What is held and free on the gas days of `period`.")
class HeldQuantity:
    """A stretch of a refusal."""

    period: Period
    quantity: Quantity


@strawberry.type(description="The contract does not have that much left that is not held for something else.")
class CapacityNotHeldProblem(Problem):
    """A refusal that says how much there is."""

    free: list[HeldQuantity] = strawberry.field(description="What there is, for each sub-period.")

    @classmethod
    def of(cls, problem: NotHeld) -> Self:
        """Show how much is free."""
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            free=[
                HeldQuantity(period=Period.of(period), quantity=Quantity(max(0, left)))
                for period, left in problem.free
            ],
        )
