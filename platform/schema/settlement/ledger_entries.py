"""The ledger, newest entry first: those with a line about a party, contract, gas month or charge code."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import relay

from linepack.events.model import Cursor
from linepack.ids import ContractId, PartyId
from linepack.limits import PAGE_SIZE_DEFAULT
from schema.settlement.billing_feed import SettlementEvent
from schema.types.context import Info
from schema.types.nodes import uuid_of
from schema.types.page_cursors import page_size
from schema.types.permissions import MaySettle
from settlement import feed
from settlement.ledger.model import ChargeCode
from settlement.ledger.repository import Concerning


@strawberry.type
class LedgerPage:
    """A page of the ledger, newest entry first, all of one instant."""

    events: list[SettlementEvent] = strawberry.field(
        description="The entries, each with every line that you may see. For earlier ones ask for those "
        "`before` the sequence of the last."
    )
    cursor: Cursor = strawberry.field(
        description="The end of the billing feed: `settlements` brings what was posted after this page."
    )
    has_more: bool = strawberry.field(description="Whether there are earlier ones.")


@strawberry.type
class LedgerQueries:
    """Queries of the ledger."""

    @strawberry.field(permission_classes=[MaySettle])
    async def ledger_entries(
        self,
        info: Info,
        *,
        party: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="Only those with a line that this party is a side of: its id."),
        ] = None,
        contract: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="Only those with a line of this contract: its id."),
        ] = None,
        gas_month: Annotated[
            date | None,
            strawberry.argument(description="Only those with a line of this gas month: its first day."),
        ] = None,
        code: Annotated[
            ChargeCode | None, strawberry.argument(description="Only those with a line for this.")
        ] = None,
        sequence: Annotated[
            int | None, strawberry.argument(description="Only the entry with this place in the ledger.")
        ] = None,
        before: Annotated[
            int | None, strawberry.argument(description="Only entries before this place in the ledger.")
        ] = None,
        first: int = PAGE_SIZE_DEFAULT,
    ) -> LedgerPage:
        """Entries of the ledger, newest first; one line of each fits all that you ask for.

        For a party those that touch its accounts; for regulators, billing and administrators all.
        """
        concerning = Concerning(
            parties=frozenset({PartyId(uuid_of("Party", party, "party"))} if party else ()),
            contract_id=ContractId(uuid_of("Contract", contract, "contract")) if contract else None,
            gas_month=gas_month,
            charge_code=code,
            sequence=sequence,
        )
        caller, size = info.context.caller(), page_size(first)
        async with info.context.services.database.read() as connection:
            page = await feed.newest(connection, caller, concerning, before=before, first=size)
        return LedgerPage(
            events=[SettlementEvent.of(event, caller) for event in page.events],
            cursor=page.cursor,
            has_more=page.has_more,
        )
