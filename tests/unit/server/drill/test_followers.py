"""What a follower of a feed notices: repetition, a number left out, an entry that does not balance."""

from typing import Any
from uuid import UUID

import pytest

from linepack.events.model import Stream
from server.drill.client import Account, Session
from server.drill.followers import BALANCED, GAP_FREE, Follower, unheard
from server.drill.journal import Command, Fate, Journal, Recovery
from server.drill.plan import Kill, Operation, Victim
from server.drill.run import idle_violations

Data = dict[str, Any]


@pytest.fixture
def billing() -> Follower:
    session = Session("http://127.0.0.1:1", Account("billing@demo.test"))
    return Follower(session, Stream.SETTLEMENT, "settlements", "", Journal())


def entry(cursor: int, sequence: int, *amounts: str) -> Data:
    lines = [
        {"partyCode": f"P{n}", "code": "RESERVATION", "amount": {"amount": amount, "currency": "EUR"}}
        for n, amount in enumerate(amounts)
    ]
    return {
        "__typename": "SettlementEvent",
        "cursor": str(cursor),
        "sequence": sequence,
        "id": f"e{sequence}",
        "lines": lines,
    }


def promises(follower: Follower) -> list[str]:
    return [violation.promise for violation in follower.journal.violations]


def test_entries_in_order_are_added_up(billing: Follower) -> None:
    billing.take(entry(1, 1, "2.50", "-2.50"))
    billing.take(entry(2, 2, "1.00", "-1.00"))
    assert promises(billing) == []
    assert billing.cursor == 2
    assert {key[0]: str(amount) for key, amount in billing.sums.items()} == {"P0": "3.50", "P1": "-3.50"}


def test_a_repeated_event_a_missing_number_and_an_unbalanced_entry_are_violations(billing: Follower) -> None:
    billing.take(entry(1, 1, "2.50", "-2.50"))
    billing.take(entry(1, 1, "2.50", "-2.50"))
    assert promises(billing) == [GAP_FREE]
    billing.take(entry(2, 3, "2.50", "-2.49"))
    assert promises(billing) == [GAP_FREE, GAP_FREE, BALANCED]


def test_a_request_to_resynchronise_moves_no_cursor(billing: Follower) -> None:
    billing.take(entry(1, 1, "1", "-1"))
    billing.take({"__typename": "ResyncRequired", "cursor": "9"})
    assert (billing.cursor, billing.resynchronised) == (1, 1)


def test_what_was_missed_is_all_that_is_not_withheld(billing: Follower) -> None:
    billing.withheld = frozenset({"for others only"})
    billing.take({"__typename": "MarketEvent", "cursor": "1", "topic": "bid.placed"})
    billing.take({"__typename": "MarketEvent", "cursor": "4", "topic": "bid.placed"})
    events = {1: "bid.placed", 2: "bid.placed", 3: "for others only", 4: "bid.placed", 5: "bid.placed"}
    assert unheard(billing, events) == [2, 5]


def test_a_follower_that_has_heard_nothing_has_missed_everything(billing: Follower) -> None:
    assert unheard(billing, {1: "bid.placed", 2: "bid.placed"}) == [1, 2]


def test_a_drill_that_has_booked_or_killed_nothing_proves_nothing() -> None:
    journal = Journal()
    assert [violation.detail for violation in idle_violations(journal)] == [
        "no bookings were acknowledged",
        "no processes were killed",
    ]
    journal.recoveries.append(Recovery(Kill(3.0, Victim.WORKER, 0.5), pid=1, seconds=1.0))
    party, contract = UUID(int=1), UUID(int=2)
    journal.commands.append(Command("key", party, Operation.BOOK, Fate.ACKNOWLEDGED, contract, requests=1))
    assert idle_violations(journal) == []
