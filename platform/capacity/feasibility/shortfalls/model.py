"""Who is touched by what is sold beyond capacity, and what of it each party may see.

A contract is touched on the gas days on which it has firm rights on a route that counts: towards the demand
of a cut, or, where pressures or proofs are missing, on any route. Units are whole commercial units of the
network. The operator and those who oversee the market see all; a holder sees the days, cuts and units of its
own contracts, and nothing of who else is touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from capacity.feasibility.questions.shortfall_search import DaysOfOneKind, Shortfall
from capacity.hydraulics.physics.state import Shortage
from capacity.networks.policy import Level
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Route
from linepack.access import Principal
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId


@dataclass(frozen=True, slots=True)
class PressureShortfall:
    """Gas days whose firm rights, used at once, have no state within all pressure limits.

    `shortage` is where pressure fails in the best state found, None where none was near enough to say.
    """

    periods: tuple[Period, ...]
    routes: tuple[Route, ...]
    shortage: Shortage | None


@dataclass(frozen=True, slots=True)
class TouchedContract:
    """What a contract has on one route that counts, on every gas day of a period."""

    contract_id: ContractId
    contract_code: str
    holder_id: PartyId
    route: Route
    period: Period
    units: int


Found = TypeVar("Found", Shortfall, PressureShortfall, DaysOfOneKind)


@dataclass(frozen=True, slots=True)
class Touching(Generic[Found]):
    """Something found, the gas days of it that the viewer may see, and the contracts it touches on them."""

    found: Found
    periods: tuple[Period, ...]
    contracts: tuple[TouchedContract, ...]

    def of_holder(self, holder_id: PartyId | None) -> "Touching[Found] | None":
        """Return what a holder may see of it; None when none of its contracts is touched."""
        own = tuple(contract for contract in self.contracts if contract.holder_id == holder_id)
        return Touching(self.found, days_of(own), own) if own else None


@dataclass(frozen=True, slots=True)
class NetworkShortfalls:
    """What is sold beyond capacity on a network over `period`, as published and with the rights of a version.

    `level` is the policy's for firm rights. What is undecided is never to be read as carried.
    """

    published: PublishedNetwork
    rights_version: int
    period: Period
    cuts: tuple[Touching[Shortfall], ...]
    pressures: tuple[Touching[PressureShortfall], ...]
    undecided: tuple[Touching[DaysOfOneKind], ...]

    @property
    def level(self) -> Level:
        """The level at which firm rights are proved."""
        return self.published.policy.firm_level

    @property
    def short_days(self) -> int:
        """The number of gas days on which anything is short."""
        cuts = [period for touching in self.cuts for period in touching.periods]
        return _count(cuts + [period for touching in self.pressures for period in touching.periods])

    @property
    def undecided_days(self) -> int:
        """The number of gas days about which not everything is known."""
        return _count(period for touching in self.undecided for period in touching.periods)

    def seen_by(self, principal: Principal) -> "NetworkShortfalls":
        """Return what `principal` may see."""
        if principal.sees(operator_id=self.published.operator_id):
            return self
        return replace(
            self,
            cuts=_own(self.cuts, principal.party_id),
            pressures=_own(self.pressures, principal.party_id),
            undecided=_own(self.undecided, principal.party_id),
        )


def days_of(contracts: Iterable[TouchedContract]) -> tuple[Period, ...]:
    """Return the gas days on which any of `contracts` is touched, in as few periods as possible."""
    joined: list[Period] = []
    for period in sorted({contract.period for contract in contracts}):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return tuple(joined)


def _own(every: Iterable[Touching[Found]], holder_id: PartyId | None) -> tuple[Touching[Found], ...]:
    return tuple(own for touching in every if (own := touching.of_holder(holder_id)) is not None)


def _count(periods: Iterable[Period]) -> int:
    return len({day for period in periods for day in period})
