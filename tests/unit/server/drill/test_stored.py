"""What is lost, doubled or stored by halves is found; what is whole is left in peace."""

from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from server.drill.journal import Command, Fate
from server.drill.plan import Operation
from server.drill.proofs.stored import Stored, stored_violations

PARTY, LISTING = uuid4(), uuid4()
POSTED = "listing.posted"
WHOLE = Stored(
    keys={(PARTY, "k1"): frozenset({str(LISTING)})},
    naming=Counter({str(LISTING): 1}),
    made={POSTED: frozenset({str(LISTING)})},
    reported={POSTED: Counter({str(LISTING): 1})},
    ended={Operation.WITHDRAW_LISTING: frozenset()},
)
NOTHING = Stored({}, Counter(), {POSTED: frozenset()}, {POSTED: Counter()}, {})


def command(
    fate: Fate,
    made: UUID | None = LISTING,
    *,
    operation: Operation = Operation.POST_LISTING,
    key: str = "k1",
    requests: int = 1,
) -> Command:
    return Command(key, PARTY, operation, fate, made, requests)


def details(commands: list[Command], stored: Stored) -> list[str]:
    return [violation.detail for violation in stored_violations(commands, stored)]


def test_what_is_acknowledged_and_stored_once_is_in_order() -> None:
    assert details([command(Fate.ACKNOWLEDGED)], WHOLE) == []


def test_an_acknowledged_command_without_a_trace_is_found() -> None:
    assert details([command(Fate.ACKNOWLEDGED)], NOTHING) == [
        f"k1 was answered {LISTING}, and its key names nothing"
    ]


def test_an_acknowledged_command_that_made_something_else_is_found() -> None:
    other = uuid4()
    assert f"k1 was answered {other}, and its key names {LISTING}" in details(
        [command(Fate.ACKNOWLEDGED, other)], WHOLE
    )


def test_a_command_that_nobody_knows_the_outcome_of_may_have_one_or_none() -> None:
    assert details([command(Fate.ABANDONED)], WHOLE) == []
    assert details([command(Fate.ABANDONED)], NOTHING) == []


def test_a_refused_command_leaves_nothing_unless_an_earlier_sending_may_have_come_late() -> None:
    assert details([command(Fate.REFUSED)], WHOLE) == [f"k1 was refused, and made {LISTING}"]
    assert details([command(Fate.REFUSED, requests=2)], WHOLE) == []


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (replace(WHOLE, made={POSTED: frozenset()}), "a key names {} and there is no such thing"),
        (replace(WHOLE, keys={}, naming=Counter()), "{} is there and no key made it"),
        (replace(WHOLE, naming=Counter({str(LISTING): 2})), "2 keys made {}"),
        (replace(WHOLE, reported={POSTED: Counter()}), "{} is there and no event listing.posted reports it"),
        (
            replace(WHOLE, reported={POSTED: Counter({str(LISTING): 2})}),
            "{} has more than one event listing.posted",
        ),
    ],
)
def test_halves_and_doubles_are_found(broken: Stored, detail: str) -> None:
    assert detail.format(LISTING) in details([command(Fate.ABANDONED)], broken)


def test_a_key_that_was_never_sent_is_found() -> None:
    assert details([], WHOLE) == ["the key k1 was never sent"]


def test_an_acknowledged_withdrawal_that_is_not_in_force_is_found() -> None:
    withdrawal = command(Fate.ACKNOWLEDGED, operation=Operation.WITHDRAW_LISTING, key="")
    posted = command(Fate.ACKNOWLEDGED)
    assert details([posted, withdrawal], WHOLE) == [
        f"withdrawListing of {LISTING} was acknowledged, and is not so"
    ]
    done = replace(WHOLE, ended={Operation.WITHDRAW_LISTING: frozenset({LISTING})})
    assert details([posted, withdrawal], done) == []
