"""A drill can be repeated: its plan depends on nothing but the seed."""

from collections import Counter
from itertools import islice

from server.drill.plan import OPERATOR_WEIGHTS, SHIPPER_WEIGHTS, Operation, Victim, actions, kills


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    def plan(seed: int, client: int) -> list[object]:
        return list(islice(actions(seed, client, weights=SHIPPER_WEIGHTS, pause_s=0.5), 200))

    assert plan(7, 3) == plan(7, 3)
    assert plan(7, 3) != plan(8, 3)
    assert plan(7, 3) != plan(7, 4)
    assert list(kills(7, seconds=600)) == list(kills(7, seconds=600))
    assert list(kills(7, seconds=600)) != list(kills(8, seconds=600))


def test_a_longer_drill_begins_as_a_shorter_one() -> None:
    short, long = list(kills(7, seconds=60)), list(kills(7, seconds=600))
    assert long[: len(short)] == short
    assert all(kill.at_s < 60 for kill in short)


def test_a_minute_kills_something_of_every_kind() -> None:
    for seed in range(200):
        assert {kill.victim for kill in kills(seed, seconds=60)} == set(Victim)


def test_every_operation_is_somebodys_and_keys_are_never_used_twice() -> None:
    shippers = [
        action
        for client in range(4)
        for action in islice(actions(1, client, weights=SHIPPER_WEIGHTS, pause_s=0.5), 2_000)
    ]
    operator = list(islice(actions(1, 4, weights=OPERATOR_WEIGHTS, pause_s=2), 200))
    assert {action.operation for action in [*shippers, *operator]} == set(Operation)
    assert set(Counter(action.key for action in [*shippers, *operator]).values()) == {1}
