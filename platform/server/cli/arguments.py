"""Arguments and options that several commands share.

Where the module of an enumeration takes long to load, its members are named here: a test compares them.
"""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from capacity.rights.model import QUANTITY_MAX, Firmness
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST, Period

DAY_SHOWN: Final = "YYYY-MM-DD"
MONTH_SHOWN: Final = "YYYY-MM"
SECONDS_MAX: Final = 3600.0
"""The longest that a command lets a proof take."""
SCALE_MAX: Final = 1000.0
"""The most that a nomination is scaled by."""
SEED_MAX: Final = 2**63 - 1
COUNT_MAX: Final = 10**9
"""No list or sample is longer."""


def gas_day(text: str | date) -> date:
    """Return a gas day; raises BadParameter for what is none, or far from any that is sold."""
    if isinstance(text, date):
        return text
    try:
        day = date.fromisoformat(text) if len(text) == len(DAY_SHOWN) else None
    except ValueError:
        day = None
    if day is None:
        raise typer.BadParameter(f"{text!r} is no day: write it as {DAY_SHOWN}")
    if not GAS_DAY_FIRST <= day <= GAS_DAY_LAST:
        raise typer.BadParameter(f"a gas day is from {GAS_DAY_FIRST} to {GAS_DAY_LAST}, not {text}")
    return day


def gas_month(text: str) -> date:
    """Return the first gas day of a month; raises BadParameter."""
    try:
        return gas_day(f"{text}-01")
    except typer.BadParameter:
        raise typer.BadParameter(f"{text!r} is no gas month: write it as {MONTH_SHOWN}") from None


def instant(text: str) -> datetime:
    """Return an instant, UTC where it names no zone; raises BadParameter."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no instant: write it as YYYY-MM-DDTHH:MM, in UTC") from None


def decimal(text: str) -> Decimal:
    """Return a finite decimal number; raises BadParameter."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise typer.BadParameter(f"{text!r} is not a number")
    return found


def period_of(start: date, end: date) -> Period:
    """Return the gas days from `start` up to, not including, `end`; BadParameter when there are none."""
    try:
        return Period(start, end)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def numbers(texts: Sequence[str]) -> dict[str, float]:
    """Return the numbers of "NAME=NUMBER", the last of a name; BadParameter for what is no finite number."""
    found = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            found[name] = float(number)
        except ValueError:
            name = ""
        if not name or not math.isfinite(found[name]):
            raise typer.BadParameter(f'expected NAME=NUMBER such as "source_1=25", not "{text}"')
    return found


Code = Annotated[str, typer.Argument(help="Code of the network.")]
Start = Annotated[date, typer.Option(parser=gas_day, metavar=DAY_SHOWN, help="First gas day.")]
End = Annotated[date, typer.Option(parser=gas_day, metavar=DAY_SHOWN, help="Gas day after the last.")]
Day = Annotated[date, typer.Option(parser=gas_day, metavar=DAY_SHOWN, help="The gas day.")]
Receipt = Annotated[str | None, typer.Option(help="Where gas enters; the hub, if left out.")]
Delivery = Annotated[str | None, typer.Option(help="Where gas exits; the hub, if left out.")]
Quantity = Annotated[
    int, typer.Option(min=1, max=QUANTITY_MAX, help="Whole commercial units of the network.")
]
FirmnessOption = Annotated[Firmness, typer.Option(help="Firm or interruptible.")]
IdempotencyKey = Annotated[
    str | None, typer.Option("--key", help="Idempotency key: the same key has effect once.")
]
Seed = Annotated[int | None, typer.Option(min=0, max=SEED_MAX, help="What a sample is drawn by.")]

# An option that may be left out loses its help and its bounds in `Quantity | None`.
StartIfAny = Annotated[
    date | None, typer.Option("--start", parser=gas_day, metavar=DAY_SHOWN, help="First gas day.")
]
EndIfAny = Annotated[
    date | None, typer.Option("--end", parser=gas_day, metavar=DAY_SHOWN, help="Gas day after the last.")
]
QuantityIfAny = Annotated[
    int | None,
    typer.Option("--quantity", min=1, max=QUANTITY_MAX, help="Whole commercial units of the network."),
]

NominationFile = Annotated[
    Path | None,
    typer.Option(
        "--file", exists=True, dir_okay=False, help='A nomination: lines "node,quantity", entries positive.'
    ),
]
Nominations = Annotated[
    list[str] | None,
    typer.Option("--nominate", metavar="NODE=QUANTITY", help="A nomination; repeat it for each node."),
]
Scale = Annotated[float, typer.Option(min=0, max=SCALE_MAX, help="Times the published nomination.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the result.")]


class RoleName(StrEnum):
    """As `linepack.access.Role`."""

    SHIPPER = "SHIPPER"
    MARKETER = "MARKETER"
    OPERATOR = "OPERATOR"
    BILLING = "BILLING"
    REGULATOR = "REGULATOR"
    COMPANY_ADMIN = "COMPANY_ADMIN"
    ADMIN = "ADMIN"


class ScopeName(StrEnum):
    """As `linepack.access.Scope`."""

    READ = "READ"
    BOOK = "BOOK"
    TRADE = "TRADE"
    SETTLE = "SETTLE"
    OPERATE = "OPERATE"
    MANAGE = "MANAGE"
    ADMINISTER = "ADMINISTER"


class PartyKindName(StrEnum):
    """As `linepack.access.PartyKind`."""

    SHIPPER = "SHIPPER"
    OPERATOR = "OPERATOR"
    BILLING = "BILLING"
    REGULATOR = "REGULATOR"
    PLATFORM = "PLATFORM"


class EdgeRoleName(StrEnum):
    """As `capacity.contracts.model.EdgeRole`."""

    BOOKING = "booking"
    ACCOUNTING = "accounting"
    OPERATION = "operation"
    COMMUNICATION = "communication"


class CompressibilityName(StrEnum):
    """As `planning.simulation.steady.Compressibility`."""

    CONSTANT = "constant"
    PAPAY = "papay"
