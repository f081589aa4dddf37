"""Settlement in the API: charges with their working, balances, and the billing feed.

The feed is the ledger: one event per entry, in order and without gaps. A party reads both sides of the lines
it is a side of, roles that see all read every line; either way the lines of an entry add up to zero.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import strawberry
from strawberry import relay

from linepack import gasday, money
from linepack.access import Principal
from linepack.events.model import START, Cursor, Event
from linepack.ids import ContractId, PartyId
from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from linepack.problems import Fault, InvalidInput
from market.tariffs import charge
from schema.identity.parties import Party
from schema.types.context import RequestContext
from schema.types.nodes import Info, uuid_of
from schema.types.permissions import MaySettle
from schema.types.scalars import Money, Period, Quantity
from settlement import feed
from settlement.ledger import model, repository
from settlement.ledger.hash_chain import record
from settlement.ledger.model import ChargeCode, PostedLine
from settlement.progress import status


async def load_charges(context: RequestContext, ids: Sequence[ContractId]) -> list[list[PostedLine]]:
    """Return the charge lines of each contract that the caller may see, in the order of posting."""
    async with context.services.database.read() as connection:
        lines = await repository.lines_of_contracts(connection, context.caller(), ids)
    return [lines[contract_id] for contract_id in ids]


@strawberry.type(description="What capacity costs by its price over its whole period.")
class TariffCharge:
    """An amount with its arithmetic."""

    amount: Money
    working: list[str] = strawberry.field(description="The arithmetic, line by line.")
    is_estimate: bool = strawberry.field(
        description="Whether the price follows an index that has no value yet for some gas days; they are "
        "charged at the last value before, until their own is published."
    )

    @classmethod
    def of(cls, due: charge.Charge | None) -> Self | None:
        """Show a charge; None where the price follows what nothing is known of."""
        if due is None:
            return None
        return cls(
            amount=Money.of(due.amount),
            working=[str(line) for line in due.working.lines],
            is_estimate=due.is_estimate,
        )


async def load_records(context: RequestContext, sequences: Sequence[int]) -> list[str | None]:
    """Return the records of entries, of those whose every line the caller may see."""
    async with context.services.database.read() as connection:
        entries = await repository.entries_by_sequence(connection, sequences)
    readable = {
        sequence: record(entry).decode()
        for sequence, entry in entries.items()
        if feed.may_read_record(context.caller(), entry)
    }
    return [readable.get(sequence) for sequence in sequences]


@strawberry.type(description="A line of the ledger, named by its entry and its place there.")
class LineRef:
    """Where a line was posted."""

    sequence: int
    line: int

    @classmethod
    def of(cls, ref: model.LineRef | None) -> Self | None:
        """Show a place in the ledger."""
        return None if ref is None else cls(sequence=ref.sequence, line=ref.ordinal)


@strawberry.type(description="Who owes whom how much, for which gas days and why.")
class Charge:
    """A charge line of a contract. Its amount is what the debtor owes; a reversal's is negative."""

    ref: LineRef
    code: ChargeCode
    debtor_id: strawberry.Private[PartyId]
    creditor_id: strawberry.Private[PartyId]
    gas_month: date = strawberry.field(description="The first day of the gas month.")
    period: Period
    quantity: Quantity
    rate: Decimal = strawberry.field(description="Money per commercial unit and gas day.")
    amount: Money
    working: list[str] = strawberry.field(description="The arithmetic, line by line.")
    reverses: LineRef | None

    @classmethod
    def of(cls, posted: PostedLine) -> Self:
        """Show a posted line."""
        line = posted.line
        return cls(
            ref=LineRef(sequence=posted.ref.sequence, line=posted.ref.ordinal),
            code=line.charge_code,
            debtor_id=line.debtor,
            creditor_id=line.creditor,
            gas_month=line.gas_month,
            period=Period.of(line.period),
            quantity=Quantity(line.quantity),
            rate=line.rate,
            amount=Money.of(line.amount),
            working=list(line.working),
            reverses=LineRef.of(line.reverses),
        )

    @strawberry.field
    async def debtor(self, info: Info) -> Party:
        """Return who owes."""
        return await Party.load(info, self.debtor_id)

    @strawberry.field
    async def creditor(self, info: Info) -> Party:
        """Return who is owed."""
        return await Party.load(info, self.creditor_id)


@strawberry.type(description="What stands on an account; positive is what the party still owes.")
class Balance:
    """The balance of one party, contract, gas month and charge code."""

    party_id: strawberry.Private[PartyId]
    contract_id: relay.GlobalID
    gas_month: date
    code: ChargeCode
    amount: Money

    @classmethod
    def of(cls, balance: model.Balance) -> Self:
        """Show a balance."""
        account = balance.account
        return cls(
            party_id=account.party_id,
            contract_id=relay.GlobalID("Contract", str(account.contract_id)),
            gas_month=account.gas_month,
            code=account.charge_code,
            amount=Money.of(balance.amount),
        )

    @strawberry.field
    async def party(self, info: Info) -> Party:
        """Return whose account it is."""
        return await Party.load(info, self.party_id)


@strawberry.type(description="One side of a charge on one account. Positive: the party owes.")
class SettlementLine:
    """A line of the feed, complete for billing."""

    line: int
    party: str = strawberry.field(description="The code of the party whose account it is.")
    counterparty: str = strawberry.field(description="The code of the party on the other side.")
    contract_id: relay.GlobalID
    contract: str = strawberry.field(description="The contract's code.")
    code: ChargeCode
    gas_month: date
    period: Period
    quantity: Quantity
    rate: Decimal
    amount: Money
    working: list[str]
    reverses: LineRef | None

    @classmethod
    def of(cls, line: dict[str, Any]) -> Self:
        """Show a line of an event's payload."""
        period, reverses = line["period"], line["reverses"]
        days = gasday.Period(date.fromisoformat(period["start"]), date.fromisoformat(period["end"]))
        return cls(
            line=line["line"],
            party=line["party_code"],
            counterparty=line["counterparty_code"],
            contract_id=relay.GlobalID("Contract", line["contract_id"]),
            contract=line["contract_code"],
            code=ChargeCode(line["charge_code"]),
            gas_month=date.fromisoformat(line["gas_month"]),
            period=Period.of(days),
            quantity=Quantity(line["quantity"]),
            rate=Decimal(line["rate"]),
            amount=Money(amount=Decimal(line["amount"]), currency=money.Currency(line["currency"])),
            working=line["working"],
            reverses=reverses and LineRef(sequence=reverses["sequence"], line=reverses["line"]),
        )


@strawberry.type(description="An entry of the ledger, as the billing feed tells it.")
class SettlementEvent:
    """One event of the feed; `cursor` continues after it."""

    cursor: Cursor
    entry: str = strawberry.field(description="The entry's id.")
    sequence: int = strawberry.field(description="The entry's place in the ledger: 1, 2, 3, …")
    cause: str = strawberry.field(description="The event or command that the entry settles.")
    posted_at: datetime
    hash: str = strawberry.field(
        description="The SHA-256 of `record`: links the entry to the one before, and is its leaf in the log."
    )
    lines: list[SettlementLine]

    @classmethod
    def of(cls, event: Event, viewer: Principal) -> Self:
        """Show an event of the settlement stream, with the lines that `viewer` may see."""
        payload: Any = event.payload
        entry = payload["entry"]
        own = {line["line"] for line in payload["lines"] if line["party_id"] == str(viewer.party_id)}
        seen = [line for line in payload["lines"] if viewer.oversees or line["line"] in own]
        return cls(
            cursor=event.position,
            entry=entry["id"],
            sequence=entry["sequence"],
            cause=entry["cause"],
            posted_at=datetime.fromisoformat(entry["posted_at"]),
            hash=entry["hash"],
            lines=[SettlementLine.of(line) for line in seen],
        )

    @strawberry.field(
        description="All that the entry says, as the canonical JSON of which `hash` is the SHA-256, the hash "
        "of the entry before included. Null unless you may see every line of it."
    )
    async def record(self, info: Info) -> str | None:
        """Return what the hash covers."""
        return await info.context.loader(load_records).load(self.sequence)


@strawberry.type(description="A page of the billing feed, all of one instant.")
class SettlementEventPage:
    """The next events for a reader, and how complete they are."""

    events: list[SettlementEvent]
    cursor: Cursor = strawberry.field(
        description="Store it and go on after it: you have been told everything up to it, even if the page "
        "is empty. Without more it is the end of the feed, also if the last entries are of others."
    )
    has_more: bool = strawberry.field(description="Whether entries for you follow now.")
    settled_through: datetime = strawberry.field(
        description="Bookings and trades committed before this instant are in the feed, but for parked ones."
    )
    parked: int = strawberry.field(
        description="Events that concern you and could not be settled; who oversees the market counts all."
    )


@strawberry.type
class SettlementQueries:
    """The billing feed by page, and balances."""

    @strawberry.field(
        permission_classes=[MaySettle],
        description="The billing feed after a cursor: read on from the page's until it has no more.",
    )
    async def settlement_events(
        self, info: Info, after: Cursor = START, first: int = PAGE_SIZE_DEFAULT
    ) -> SettlementEventPage:
        """Return the next events the caller may see, in the order of the ledger."""
        if not 1 <= first <= PAGE_SIZE_MAX:
            raise InvalidInput([Fault("first", f"a page has 1 to {PAGE_SIZE_MAX} rows, not {first}")])
        caller = info.context.caller()
        async with info.context.services.database.read() as connection:
            page = await feed.page(connection, caller, after=after, first=first)
            return SettlementEventPage(
                events=[SettlementEvent.of(event, caller) for event in page.events],
                cursor=page.cursor,
                has_more=page.has_more,
                settled_through=await status.settled_through(connection),
                parked=await status.parked_seen(connection, caller),
            )

    @strawberry.field(
        permission_classes=[MaySettle],
        description="What stands on the accounts of a contract that you may see, by gas month.",
    )
    async def balances(self, info: Info, contract: relay.GlobalID) -> list[Balance]:
        """Return the balances of a contract's accounts."""
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        async with info.context.services.database.read() as connection:
            found = await repository.balances(connection, info.context.caller(), contract_id=contract_id)
        return [Balance.of(balance) for balance in found]
