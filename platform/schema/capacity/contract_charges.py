"""Charges: what capacity costs by its price, and what was charged for a contract."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Self

import strawberry

from linepack.ids import ContractId, PartyId
from market.tariffs import charge
from schema.identity.parties import Party
from schema.types.context import RequestContext
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import batched, reference
from schema.types.scalars import Money, Period, Quantity
from settlement.ledger import model, repository
from settlement.ledger.model import ChargeCode, PostedLine

CALCULATION = "The arithmetic, line by line."

load_charges = batched(repository.lines_of_contracts)


async def load_exposures(context: RequestContext, ids: Sequence[ContractId]) -> list[model.Exposure | None]:
    """Return what the holders of contracts owe and are owed under them, as far as the caller may see."""
    today = context.services.now().date()
    found = await repository.exposures(context.reading, context.caller(), ids, since=today)
    return [found.get(contract_id) for contract_id in ids]


@strawberry.type
class TariffCharge(FromDomain):
    """What capacity costs by its price over its whole period."""

    amount: Money
    working: list[str] = strawberry.field(description=CALCULATION)
    is_estimate: bool = strawberry.field(
        description="Whether the price follows an index that has no value yet for some gas days; they are "
        "charged at the last value before, until their own is published."
    )

    @classmethod
    def of(cls, value: charge.Charge) -> Self:
        """Show a charge."""
        return shown_as(cls, value, working=[str(line) for line in value.working.lines])


@strawberry.type
class Exposure(FromDomain):
    """What a party owes and is owed, by what was charged for the running gas month and those after it.

    What was charged for earlier months is with billing: payments are not recorded here.
    """

    owes: Money
    is_owed: Money
    net: Money = strawberry.field(description="What it owes on balance; negative: it is owed.")


@strawberry.type
class LineRef(FromDomain):
    """A line of the ledger, identified by its entry and its place there."""

    sequence: int = strawberry.field(description="The entry's place in the ledger: 1, 2, 3, …")
    line: int = strawberry.field(description="The line's place in the entry.")

    @classmethod
    def of(cls, value: model.LineRef) -> Self:
        """Show a place in the ledger."""
        return cls(sequence=value.sequence, line=value.ordinal)


@strawberry.type
class Charge(FromDomain):
    """Which party owes which how much, for which gas days and why. A reversal has a negative amount."""

    ref: LineRef = strawberry.field(description="Where it was posted.")
    code: ChargeCode = strawberry.field(description="What it is for.")
    debtor_id: strawberry.Private[PartyId]
    creditor_id: strawberry.Private[PartyId]
    gas_month: date
    period: Period
    quantity: Quantity
    rate: Decimal
    amount: Money = strawberry.field(description="What the debtor owes.")
    working: list[str] = strawberry.field(description=CALCULATION)
    reverses: LineRef | None
    debtor: Party = reference(Party, "debtor_id", "The party that owes.")
    creditor: Party = reference(Party, "creditor_id", "The party that is owed.")

    @classmethod
    def of(cls, value: PostedLine) -> Self:
        """Show a posted line."""
        line = value.line
        return shown_as(
            cls,
            line,
            ref=LineRef.of(value.ref),
            code=line.charge_code,
            debtor_id=line.debtor,
            creditor_id=line.creditor,
        )
