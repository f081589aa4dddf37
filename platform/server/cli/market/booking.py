"""The command `linepack book`."""

from datetime import date
from uuid import uuid4

from capacity.rights.model import Firmness
from linepack.access import PartyKind, Role
from linepack.problems import Fault, InvalidInput
from market.primary.commands import BookCapacity, CapacityRequest
from server.cli.answers import Answer
from server.cli.arguments import period_of
from server.cli.session import Session


async def book(
    session: Session,
    *,
    network: str,
    start: date,
    end: date,
    quantity: int,
    party: str,
    receipt: str | None,
    delivery: str | None,
    firmness: Firmness,
    key: str | None,
) -> Answer:
    """Book capacity for a shipper."""
    period = period_of(start, end)
    published, company = await session.network(network), await session.party(party)
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
    caller = session.caller_for(company.id, Role.SHIPPER)
    booking = await session.services.market.bookings.book(order, caller)
    contract, charge = booking.contract, booking.charge
    working = [] if charge is None else [str(line) for line in charge.working.lines]
    values = {
        "contract": contract.code,
        "quantity": contract.quantity,
        "unit": published.network.unit,
        "period": contract.period,
        "working": working,
    }
    text = f"{contract.code}: {contract.quantity:,} {published.network.unit} on {contract.period}"
    return Answer.of(values, text, *(f"  {line}" for line in working))
