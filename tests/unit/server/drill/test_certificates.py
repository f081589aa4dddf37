"""A booking whose proof was about other rights, or never held, is found; what was sold rightly is not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.unit.server.drill.test_usage import LINE

from capacity.contracts.contract import Contract
from capacity.contracts.price import Flat
from capacity.contracts.shapes import booking
from capacity.feasibility.policy import Level, Policy
from capacity.feasibility.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Overlay, OverlayKind
from capacity.rights import ledger
from capacity.rights.model import Firmness, Movement, MovementCause, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId, new_id
from linepack.money import Currency
from server.drill.proofs.usage import Booked, certificate_violations

NETWORK, PARTY, REVISION = NetworkId(uuid4()), PartyId(uuid4()), RevisionId(uuid4())
PERIOD = Period(date(2027, 5, 1), date(2027, 5, 3))
AT = datetime(2027, 1, 1, tzinfo=UTC)
PATH = Route("a", "z")
Sold = tuple[list[Movement], list[Booked]]


def contract_of(quantity: int) -> Contract:
    contract_id = ContractId(new_id())
    return Contract(
        id=contract_id,
        code=f"C{quantity}",
        network_id=NETWORK,
        revision_id=REVISION,
        holder_id=PARTY,
        operator_id=PartyId(uuid4()),
        firmness=Firmness.FIRM,
        period=PERIOD,
        quantity=quantity,
        currency=Currency.EUR,
        network=booking(PATH, quantity, Flat(Decimal("0.01"))),
        parent_id=None,
        cause=MovementCause.BOOKING,
        verdict_id=None,
        created_at=AT,
    )


def sell(*quantities: int, overlays: tuple[Overlay, ...] = ()) -> Sold:
    """Sell one after the other, each proved beside those before it; the line carries 60 in all."""
    verifier = Verifier(LINE, overlays, Policy(firm_level=Level.FLOW), Highs(), revision_id=REVISION)
    movements: list[Movement] = []
    bookings: list[Booked] = []
    for quantity in quantities:
        rights = RightsSnapshot().apply(movements)
        verdict = verifier.verify(rights, Request(PATH, quantity, PERIOD, Firmness.FIRM), AT)
        assert verdict.is_feasible
        contract = contract_of(quantity)
        movements += ledger.numbered(contract.movements(contract.id), after=rights.version)
        bookings.append(Booked(contract, verdict, overlays))
    return movements, bookings


@pytest.fixture(scope="module")
def sold() -> Sold:
    return sell(20, 30, 10)


def test_what_was_sold_rightly_is_certified(sold: Sold) -> None:
    movements, bookings = sold
    assert certificate_violations(LINE, movements, bookings) == []


def test_numbers_that_a_hold_has_taken_are_no_gap(sold: Sold) -> None:
    movements, bookings = sold
    held = [*movements[:2], replace(movements[2], sequence=5)]
    verdict = Verdict.from_json({**bookings[2].verdict.to_json(), "rights_version": 4})
    assert certificate_violations(LINE, held, [*bookings[:2], replace(bookings[2], verdict=verdict)]) == []


def test_a_booking_proved_on_rights_that_had_moved_meanwhile_is_found(sold: Sold) -> None:
    movements, bookings = sold
    verdict = Verdict.from_json({**bookings[2].verdict.to_json(), "rights_version": 1})
    stale = [*bookings[:2], replace(bookings[2], verdict=verdict)]
    [violation] = certificate_violations(LINE, movements, stale)
    assert violation.detail == "C10: proved at version 1, sold as movement 3"


def test_a_booking_that_an_overlay_in_force_forbade_is_found(sold: Sold) -> None:
    movements, bookings = sold
    closed = Overlay("e1", OverlayKind.MAINTENANCE, PERIOD, 0.5)
    late = [bookings[0], bookings[1], replace(bookings[2], overlays=(closed,))]
    violations = certificate_violations(LINE, movements, late)
    assert violations
    assert all(violation.detail.startswith("C10:") for violation in violations)
