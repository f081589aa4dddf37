"""Capacity that an operator sets aside: firm, its own, and not for sale first come first served.

Operators keep a part back for later sale (CAM reserves shares for yearly, quarterly and shorter auctions).
What is set aside counts as sold until it is ended or its time is over. Quantities are whole commercial units.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.repository import PublishedNetwork
from capacity.rights.balance import Segment
from capacity.rights.model import Firmness, Hold, HoldCause, Purpose, Route
from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay, GasDayClock, Period
from linepack.ids import NetworkId, PartyId, SetAsideId
from market.commands.routes import route_on
from market.commands.validation import QUANTITY_MAX, Faults

REASON_LENGTH_MAX = 200
"""A line of text, as a form shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside(IdempotentCommand):
    """Set firm capacity aside on every gas day from `start` up to, not including, `end`.

    It ends by itself at the instant `until`, if given.
    """

    network_id: NetworkId
    receipt: str | None
    delivery: str | None
    start: GasDay
    end: GasDay
    quantity: int
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndSetAside:
    """Offer what was set aside again."""

    set_aside_id: SetAsideId


@dataclass(frozen=True, slots=True)
class CapacitySetAside:
    """What an operator has set aside; `held` is what is left of it, empty when it was ended."""

    id: SetAsideId
    network_id: NetworkId
    operator_id: PartyId
    route: Route
    period: Period
    quantity: int
    reason: str
    until: datetime | None
    set_at: datetime
    held: tuple[Segment, ...] = ()

    @property
    def purpose(self) -> Purpose:
        """What its capacity is held for."""
        return Purpose(HoldCause.SET_ASIDE, self.id)

    @property
    def hold(self) -> Hold:
        """The line that takes it."""
        return Hold(
            network_id=self.network_id,
            party_id=self.operator_id,
            contract_id=None,
            route=self.route,
            firmness=Firmness.FIRM,
            period=self.period,
            quantity=self.quantity,
            purpose=self.purpose,
            until=self.until,
        )

    def with_held(self, lines: list[Hold]) -> "CapacitySetAside":
        """Return it with what its standing lines hold."""
        return replace(self, held=tuple(Segment(line.period, line.quantity) for line in lines))


def asked(command: SetAside, published: PublishedNetwork, at: datetime) -> Request:
    """Return what is asked as the verifier takes it; raises InvalidInput with every fault."""
    clock = published.network.clock
    faults = Faults()
    route_on(faults, published.network, command.receipt, command.delivery)
    period = faults.period(command.start, command.end)
    faults.quantity(command.quantity, at_most=QUANTITY_MAX)
    reason = command.reason.strip()
    faults.require(bool(reason), "reason", "says why the capacity is not for sale")
    faults.require(
        len(reason) <= REASON_LENGTH_MAX and reason.isprintable(),
        "reason",
        f"is one line of at most {REASON_LENGTH_MAX} characters",
    )
    if period is not None:
        _check_times(faults, command, period, clock, at)
    faults.raise_all()
    return Request(
        Route(command.receipt, command.delivery),
        command.quantity,
        Period(command.start, command.end),
        Firmness.FIRM,
    )


def _check_times(faults: Faults, command: SetAside, period: Period, clock: GasDayClock, at: datetime) -> None:
    faults.require(clock.starts_at(period.start) > at, "start", "this gas day has begun")
    if command.until is not None:
        faults.instant(command.until, "until", after=at, until=clock.starts_at(period.end))
