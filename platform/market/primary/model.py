"""Primary sale: what a shipper is quoted, what it gets, and what it could have instead."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from capacity.contracts.booking import booking as network_of
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.pricing.index_values import IndexValues
from capacity.feasibility.checking.checked_verdict import CheckedDecision
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.policy import Level
from capacity.rights.model import MovementCause
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, PartyId, VerdictId
from market.offers.model import Offer
from market.products.model import ProductRules, Runtime
from market.tariffs.charge import Charge
from market.tariffs.model import Tariff


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a request is on sale; `today` is the gas day it was made on.

    `index_values` are those that the tariff's price follows, as far as they are known.
    """

    request: Request
    rules: ProductRules
    runtime: Runtime
    tariff: Tariff
    today: GasDay
    index_values: IndexValues


@dataclass(frozen=True, slots=True)
class Proposal:
    """A request on its terms, and what was decided about it on a view of the network."""

    view: NetworkView
    terms: Terms
    decision: CheckedDecision


@dataclass(frozen=True, slots=True)
class Refused:
    """A request on its terms that was refused on a view of the network, and the verdict that refuses it."""

    view: NetworkView
    terms: Terms
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Bound:
    """The most of a request that capacities proved to `level` allow, by sub-period of the request, in order.

    What is verified at a higher level is no more.
    """

    request: Request
    level: Level
    most: tuple[tuple[Period, int], ...]

    @property
    def most_throughout(self) -> int:
        """The most that this level allows on every gas day asked for."""
        return min(quantity for _, quantity in self.most)


@dataclass(frozen=True, slots=True)
class Quote:
    """What booking would give: capacity that can be transported, at this tariff and charge."""

    request: Request
    runtime: Runtime
    tariff: Tariff
    charge: Charge | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Booking:
    """What booking gave; the contract names its verdict. `charge` is None where it is not yet known."""

    contract: Contract
    charge: Charge | None


class AlternativeKind(StrEnum):
    """In what an alternative differs from what was asked."""

    OTHER_DATES = "other_dates"
    NEARBY_ROUTE = "nearby_route"
    INTERRUPTIBLE = "interruptible"


@dataclass(frozen=True, slots=True)
class Found:
    """A request that could be booked instead of the one refused.

    `gain` is how much more it gives, on every gas day it is for, than can be had of what was asked on every
    gas day asked for; always positive.
    """

    kind: AlternativeKind
    request: Request
    gain: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """What was found, verified to `level`, and its charge; `charge` is None where it is not yet known."""

    found: Found
    level: Level
    charge: Charge | None


@dataclass(frozen=True, slots=True)
class OfferAlternative:
    """An open offer of another shipper on the same route.

    `gain` is the most of what is missing that it gives on any gas day; always positive.
    """

    offer: Offer
    gain: int


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a refused shipper could do instead.

    Each of `bookings` was verified beside the rights that refused the request: most gain first. An offer of
    another shipper changes the holder only, and needs no proof.
    """

    bookings: tuple[Alternative, ...] = ()
    offers: tuple[OfferAlternative, ...] = ()


def booked(
    proposal: Proposal,
    party_id: PartyId,
    at: datetime,
    *,
    contract_id: ContractId,
    verdict_id: VerdictId,
) -> Contract:
    """Return the contract that a feasible proposal becomes."""
    published, request = proposal.view.published, proposal.terms.request
    return Contract(
        id=contract_id,
        code=contract_code(contract_id, request.period.start),
        network_id=published.id,
        revision_id=published.revision_id,
        holder_id=party_id,
        operator_id=published.operator_id,
        firmness=request.firmness,
        period=request.period,
        quantity=request.quantity,
        currency=published.currency,
        network=network_of(request.route, request.quantity, proposal.terms.tariff.price),
        parent_id=None,
        cause=MovementCause.BOOKING,
        verdict_id=verdict_id,
        created_at=at,
    )
