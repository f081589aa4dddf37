"""Awards: how a release was decided, with the record from which it can be decided again."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import strawberry
from strawberry import relay

from linepack import gasday
from linepack.ids import ContractId, PartyId
from market.releases import model, repository
from market.releases.bid_evaluation import Reason
from schema.capacity.contracts import Contract
from schema.identity.parties import Party
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import batched, reference
from schema.types.scalars import Period, Price, Quantity

load_awards = batched(repository.awards_of)


@strawberry.type
class AwardedBid(FromDomain):
    """What a winning bid was awarded."""

    bid_id: relay.GlobalID = strawberry.field(description="The id of the bid.")
    quantity: Quantity
    rate: Price
    period: Period
    replacement_id: strawberry.Private[PartyId]
    child_contract_id: strawberry.Private[ContractId]
    replacement: Party = reference(Party, "replacement_id", "The replacement shipper.")
    contract: Contract | None = reference(
        Contract, "child_contract_id", "The replacement shipper's contract; null to others."
    )

    @classmethod
    def of(cls, value: model.AwardedBid) -> Self:
        """Show a winning bid."""
        return shown_as(cls, value, bid_id=relay.GlobalID("Bid", str(value.bid_id)))


@strawberry.type
class DecidedBid:
    """A bid as it was decided upon, without its bidder, and what it was awarded."""

    bid_id: relay.GlobalID = strawberry.field(description="The id of the bid.")
    sequence: int = strawberry.field(description="Its place in the order of arrival at the release.")
    quantity: Quantity = strawberry.field(description="The most the bidder wanted, on every gas day.")
    minimum_quantity: Quantity = strawberry.field(description="The least the bidder accepted.")
    rate: Price
    period: Period
    awarded: Quantity = strawberry.field(description="The quantity it was awarded; 0 for nothing.")
    value: Decimal = strawberry.field(description="The value, by the offer's method, of what it was awarded.")
    reason: Reason = strawberry.field(description="Why.")
    text: str = strawberry.field(description="Why, in words.")

    @classmethod
    def of(cls, bid: Mapping[str, Any], fill: Mapping[str, Any]) -> Self:
        """Show a bid of a record and what it was given there."""
        start, end = (date.fromisoformat(bid["period"][name]) for name in ("start", "end"))
        return cls(
            bid_id=relay.GlobalID("Bid", bid["bid_id"]),
            sequence=bid["sequence"],
            quantity=Quantity(bid["quantity"]),
            minimum_quantity=Quantity(bid["minimum_quantity"]),
            rate=Price(Decimal(bid["rate"])),
            period=Period.of(gasday.Period(start, end)),
            awarded=Quantity(fill["quantity"]),
            value=Decimal(fill["value"]),
            reason=Reason(fill["reason"]),
            text=fill["text"],
        )


@strawberry.type
class Award(FromDomain):
    """How a release was decided. It can be decided again from the record."""

    awarded_at: datetime = strawberry.field(description="When it was decided.")
    due_at: datetime = strawberry.field(
        description="As of when it was decided: the close of bids, unless it was prearranged and made sooner."
    )
    first_day: date = strawberry.field(
        description="The first gas day that winners acquire of their bids; earlier ones had begun."
    )
    awards: list[AwardedBid] = strawberry.field(
        description="Those you may see: your own, on your own release, or all for the operator."
    )
    algorithm: str = strawberry.field(description="The algorithm that decided, with its version.")
    seed: str = strawberry.field(description="The seed of its random draws.")
    bids: list[DecidedBid] = strawberry.field(
        description="Every bid that was decided upon, those awarded first, in the order of award."
    )
    record: str = strawberry.field(
        description="Terms, bids, seed, algorithm and outcome, as canonical JSON with bare ids."
    )
    hash: str = strawberry.field(description="The SHA-256 of `record`.")

    @classmethod
    def of(cls, value: model.Award) -> Self:
        """Show an award."""
        record = value.record
        by_id = {bid["bid_id"]: bid for bid in record.inputs["bids"]}
        return shown_as(
            cls,
            record,
            record=record.text,
            bids=[DecidedBid.of(by_id[fill["bid_id"]], fill) for fill in record.outcome["fills"]],
            awarded_at=value.awarded_at,
            due_at=value.due_at,
            first_day=value.first_day,
            awards=[AwardedBid.of(won) for won in value.awards],
        )
