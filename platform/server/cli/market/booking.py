"""The command `linepack book`."""

from typing import Annotated
from uuid import uuid4

import typer

from capacity.networks import repository as networks
from capacity.rights.model import Firmness
from linepack.access import PartyKind, Principal, Role
from linepack.problems import Fault, InvalidInput
from market.primary.commands import BookCapacity, CapacityRequest
from server.cli.arguments import Code, Delivery, End, Quantity, Receipt, Start
from server.cli.session import acting_for, console, party_of, period_of, run
from server.services import Services

commands = typer.Typer()


@commands.command()
def book(
    network: Code,
    start: Start,
    end: End,
    quantity: Quantity,
    party: Annotated[str, typer.Option(help="Code of the shipper who books.")],
    receipt: Receipt = None,
    delivery: Delivery = None,
    firmness: Annotated[Firmness, typer.Option(help="Firm or interruptible.")] = Firmness.FIRM,
    key: Annotated[str | None, typer.Option(help="Idempotency key: the same key books once.")] = None,
) -> None:
    """Book capacity for a shipper at tariff, first come first served."""
    period = period_of(start.date(), end.date())

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        company = await party_of(services, party)
        if company.kind is not PartyKind.SHIPPER:
            raise InvalidInput([Fault("party", f"{company.name} is no shipper")])
        request = CapacityRequest(
            network_id=published.id,
            receipt=receipt,
            delivery=delivery,
            start=period.start,
            end=period.end,
            quantity=quantity,
            firmness=firmness,
        )
        order = BookCapacity(idempotency_key=key or str(uuid4()), request=request)
        caller = services.market.caller(acting_for(principal, company.id, Role.SHIPPER), services.now())
        booking = await services.market.bookings.book(order, caller)
        contract = booking.contract
        console.print(f"{contract.code}: {contract.quantity:,} {published.network.unit} on {contract.period}")
        if booking.charge is not None:
            for line in booking.charge.working.lines:
                console.print(f"  {line}", soft_wrap=True, highlight=False)

    run(command)
