"""The home of primary sale: what a shipper is quoted, what it gets, and what it could have instead."""

from dataclasses import dataclass
from datetime import datetime

from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.shapes import booking as network_of
from capacity.feasibility.checked import CheckedVerdict
from capacity.feasibility.verdict import Request, Verdict
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import MovementCause, Route
from capacity.snapshots import NetworkView
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, PartyId, VerdictId, new_id
from linepack.money import Currency
from market.faults import QUANTITY_MAX, Faults
from market.points import route_on
from market.primary.commands import CapacityRequest
from market.products.model import ProductRules, Runtime
from market.release.model import Release
from market.secondary.listings.model import Listing
from market.tariffs.charge import Charge, charge
from market.tariffs.model import Tariff


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a request is on sale; `today` is the gas day it was made on."""

    request: Request
    rules: ProductRules
    runtime: Runtime
    tariff: Tariff
    today: GasDay


@dataclass(frozen=True, slots=True)
class Proposal:
    """A request on its terms, and what was found about it on a view of the network."""

    view: NetworkView
    terms: Terms
    verdict: CheckedVerdict


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


@dataclass(frozen=True, slots=True)
class NearbyRoute:
    """A route between neighbouring points, and how much of what was asked it can take throughout."""

    route: Route
    quantity: int


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a refused shipper could do instead, each verified when it was found.

    `other_dates` are periods of the same length with room for the whole quantity, nearest first;
    `interruptible_quantity` is how much of what was asked is available as interruptible capacity throughout;
    `listings` and `releases` are open offers of other shippers on the same route and some of the same days.
    """

    other_dates: tuple[Period, ...] = ()
    nearby_routes: tuple[NearbyRoute, ...] = ()
    interruptible_quantity: int = 0
    listings: tuple[Listing, ...] = ()
    releases: tuple[Release, ...] = ()


def checked(
    asked: CapacityRequest, published: PublishedNetwork, rules: ProductRules, today: GasDay
) -> Request:
    """Return what is asked as the verifier takes it; `today` is the running gas day of the network.

    Raises InvalidInput with every fault.
    """
    faults = Faults()
    route = route_on(faults, published.network, asked.receipt, asked.delivery)
    period = faults.period(asked.start, asked.end)
    faults.quantity(asked.quantity, at_most=QUANTITY_MAX)
    kind = None if route is None else route.kind
    rules.check(faults, kind=kind, firmness=asked.firmness, period=period, today=today)
    faults.raise_all()
    return Request(
        Route(asked.receipt, asked.delivery), asked.quantity, Period(asked.start, asked.end), asked.firmness
    )


def booked(proposal: Proposal, party_id: PartyId, at: datetime) -> Contract:
    """Return the contract that a feasible proposal becomes, with fresh ids for itself and its verdict."""
    published, request = proposal.view.published, proposal.terms.request
    contract_id = ContractId(new_id())
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
        verdict_id=VerdictId(new_id()),
        created_at=at,
    )


def charge_of(terms: Terms, currency: Currency) -> Charge | None:
    """Return what a request costs on its terms, None where that is not known beforehand."""
    return charge(terms.tariff.price, terms.request.quantity, terms.request.period, currency)
