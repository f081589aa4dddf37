"""The command `linepack book`: one quantity, or a profile of several, all of them or none."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final
from uuid import uuid4

from capacity.rights.model import Firmness
from linepack.access import PartyKind, Role
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from market.primary.commands import BookCapacity, BookProfile, CapacityRequest
from market.primary.model import Booking
from market.tariffs.charge import charged_together
from server.cli.answers import UNKNOWN, Answer, Column, Rows
from server.cli.files import read_text
from server.cli.market.profile_file import StatedPart, read_profile
from server.cli.session import Session

PARTS: Final = (
    Column("contract", "contract"),
    Column("route", "route"),
    Column("firmness", "firmness"),
    Column("period", "gas days"),
    Column("quantity", "quantity"),
    Column("charge", "charge", str, UNKNOWN),
)


async def book(
    session: Session,
    *,
    network: str,
    start: date | None,
    end: date | None,
    quantity: int | None,
    profile: Path | None,
    party: str,
    receipt: str | None,
    delivery: str | None,
    firmness: Firmness,
    key: str | None,
) -> Answer:
    """Book capacity for a shipper."""
    published, company = await session.network(network), await session.party(party)
    if company.kind is not PartyKind.SHIPPER:
        raise InvalidInput([Fault("party", f"{company.name} is no shipper")])
    caller, bookings = session.caller_for(company.id, Role.SHIPPER), session.services.market.bookings
    stated = read_profile(read_text(profile)) if profile is not None else _one(start, end, quantity)
    parts = tuple(
        CapacityRequest(
            network_id=published.id,
            receipt=part.receipt or receipt,
            delivery=part.delivery or delivery,
            start=part.start,
            end=part.end,
            quantity=part.quantity,
            firmness=part.firmness or firmness,
        )
        for part in stated
    )
    key = key or str(uuid4())
    if profile is not None:
        order = BookProfile(idempotency_key=key, parts=parts)
        return _profile(await bookings.book_profile(order, caller), published.network.unit)
    command = BookCapacity(idempotency_key=key, request=parts[0])
    return _single(await bookings.book(command, caller), published.network.unit)


def _one(start: date | None, end: date | None, quantity: int | None) -> list[StatedPart]:
    if start is None or end is None or quantity is None:
        raise InvalidInput([Fault("booking", "needs a start, an end and a quantity, or a profile")])
    return [StatedPart(start, end, quantity, None, None, None)]


def _single(booking: Booking, unit: CommercialUnit) -> Answer:
    contract, charge = booking.contract, booking.charge
    working = [] if charge is None else [str(line) for line in charge.working.lines]
    values = {
        "contract": contract.code,
        "quantity": contract.quantity,
        "unit": unit,
        "period": contract.period,
        "working": working,
    }
    text = f"{contract.code}: {contract.quantity:,} {unit} on {contract.period}"
    return Answer.of(values, text, *(f"  {line}" for line in working))


def _profile(bookings: Sequence[Booking], unit: CommercialUnit) -> Answer:
    total = charged_together(one.charge for one in bookings)
    records = [
        {
            "contract": one.contract.code,
            "route": one.contract.routes()[0][0],
            "firmness": one.contract.firmness,
            "period": one.contract.period,
            "quantity": one.contract.quantity,
            "charge": None if one.charge is None else one.charge.amount,
        }
        for one in bookings
    ]
    values = {"unit": unit, "total": total, "contracts": records}
    shown = UNKNOWN if total is None else str(total)
    return Answer.of(values, Rows(PARTS, records, title=f"booked, in {unit}"), f"{shown} in all")
