"""What was known of an index when an entry was posted: by order of receipt, not of publication."""

from datetime import date
from decimal import Decimal

from settlement.charges.indices.model import ReceivedValue, ReceivedValues

DAY, NEXT = date(2027, 1, 1), date(2027, 1, 2)


def value(publication: int, after: int, position: int, number: str, day: date = DAY) -> ReceivedValue:
    return ReceivedValue(publication, after, position, "TTF", day, Decimal(number))


# The event at position 5 was parked and received only after that at position 7.
RECEIVED = ReceivedValues(
    [value(1, 0, 2, "30"), value(2, 4, 7, "50"), value(3, 4, 5, "40"), value(3, 4, 5, "41", NEXT)]
)


def of(known: int) -> dict[date, Decimal]:
    at = RECEIVED.values(known)
    return {day: at(day).index_values["TTF"] for day in (DAY, NEXT)}


def test_an_entry_was_made_with_what_was_received_before_it() -> None:
    assert [RECEIVED.known_before(sequence) for sequence in (0, 1, 4, 5, None)] == [0, 1, 1, 4, 4]
    assert of(RECEIVED.known_before(4)) == {DAY: Decimal(30), NEXT: Decimal(30)}


def test_a_true_up_was_made_with_its_own_publication_and_those_before() -> None:
    assert [RECEIVED.known_with(publication) for publication in (1, 2, 3)] == [1, 2, 4]
    assert of(RECEIVED.known_with(2)) == {DAY: Decimal(50), NEXT: Decimal(50)}


def test_what_was_published_last_holds_whenever_it_was_received() -> None:
    assert of(RECEIVED.known_with(3)) == {DAY: Decimal(50), NEXT: Decimal(41)}
