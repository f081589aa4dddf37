"""What a parked event lacks, and which events bring it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.unit.capacity.contracts.samples import contract
from tests.unit.settlement.examples import BERT, CHILD, NETWORK, days

from capacity.contracts.booking import booking
from capacity.contracts.errors import IndexValueMissing
from capacity.contracts.pricing.price import Flat, Indexed
from capacity.rights.model import MovementCause, Route
from linepack.events.model import Cursor, Event, Stream
from linepack.ids import EventId, new_id
from linepack.money import Currency
from linepack.problems import Conflict
from settlement.charges.errors import NothingToPassOn
from settlement.charges.indices.model import PublishedValues
from settlement.charges.plan import BookingPlan, TradePlan, TrueUpPlan
from settlement.progress.parking import arriving, lacking

PARENT = contract(booking(Route("r", "d"), 10, Indexed("TTF")), quantity=10)
ASSIGNED = replace(PARENT, id=CHILD, holder_id=BERT, cause=MovementCause.ASSIGNMENT, parent_id=PARENT.id)
TRADE = TradePlan(PARENT, ASSIGNED, Decimal(0), Currency.EUR)


def event() -> Event:
    return Event(
        id=EventId(new_id()),
        stream=Stream.MARKET,
        position=Cursor(1),
        topic="trade.concluded",
        key="",
        payload={},
        network_id=NETWORK,
        audience=None,
        recorded_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_a_booking_at_an_index_without_values_is_due_when_values_are_published() -> None:
    missing = IndexValueMissing("TTF", date(2027, 1, 1))
    published = PublishedValues(NETWORK, "TTF", {date(2027, 1, 1): Decimal(30)})
    lack = lacking(event(), BookingPlan(PARENT), missing)
    assert lack in arriving(TrueUpPlan(published))
    assert lack not in arriving(TrueUpPlan(replace(published, index="NBP")))


def test_an_assignment_of_a_contract_that_is_not_charged_is_due_when_that_contract_is_settled() -> None:
    nothing = NothingToPassOn("LP-1", quantity=1, period=days("2027-01-01", "2027-02-01"))
    lack = lacking(event(), TRADE, nothing)
    assert lack in arriving(BookingPlan(PARENT))
    assert lack not in arriving(TRADE)


def test_an_event_without_a_plan_brings_nothing() -> None:
    assert arriving(None) == set()


def test_a_conflict_lacks_nothing_that_can_arrive() -> None:
    assert lacking(event(), TRADE, Conflict("posted with other content")) is None


def test_a_right_by_transfer_of_use_divides_no_charge() -> None:
    lent = replace(ASSIGNED, cause=MovementCause.TRANSFER_OF_USE)
    price = Flat(Decimal("0.3"))
    assert TradePlan(PARENT, lent, price.price_per_unit_day, Currency.EUR).open_lines_of is None
    assert TradePlan(lent, ASSIGNED, price.price_per_unit_day, Currency.EUR).indexed is None
    assert (TRADE.open_lines_of, TRADE.indexed) == (PARENT.id, ASSIGNED)
