"""Awards: how a release was decided, with the record from which it can be decided again."""

from datetime import date, datetime
from typing import Self

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from linepack.ids import ContractId, PartyId
from market.releases import model, repository
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
    inputs: JSON = strawberry.field(description="Terms and bids, by their ids.")
    outcome: JSON = strawberry.field(description="What each bid was awarded and why.")
    hash: str = strawberry.field(description="SHA-256 of algorithm, seed, inputs and outcome.")

    @classmethod
    def of(cls, value: model.Award) -> Self:
        """Show an award."""
        return shown_as(
            cls,
            value.record,
            awarded_at=value.awarded_at,
            due_at=value.due_at,
            first_day=value.first_day,
            awards=[AwardedBid.of(won) for won in value.awards],
        )
