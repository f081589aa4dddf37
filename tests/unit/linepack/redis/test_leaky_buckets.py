from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.redis.leaky_buckets import LocalBuckets, Rule, Taking

RULE = Rule("test", capacity=10, leak_per_s=2)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_its_capacity_and_refuses_the_rest() -> None:
    buckets = LocalBuckets(Clock())
    assert [buckets.take(RULE, "a", 4).fits for _ in range(3)] == [True, True, False]
    assert buckets.take(RULE, "a", 2).fits


def test_a_refusal_says_when_the_amount_will_fit() -> None:
    clock = Clock()
    buckets = LocalBuckets(clock)
    buckets.take(RULE, "a", 9)
    refused = buckets.take(RULE, "a", 4)
    # 9 + 4 is 3 too many, and 2 leak per second: 1.5 s.
    assert not refused.fits
    assert refused.retry_after == timedelta(seconds=1.5)
    clock.now += 1.5
    assert buckets.take(RULE, "a", 4).fits


def test_an_amount_of_nothing_asks_without_changing() -> None:
    buckets = LocalBuckets(Clock())
    buckets.take(RULE, "a", 7)
    assert [buckets.take(RULE, "a", 0).level for _ in range(3)] == [7, 7, 7]


def test_what_was_used_is_put_in_above_the_capacity_up_to_as_much_again() -> None:
    clock = Clock()
    buckets = LocalBuckets(clock)
    assert buckets.fill(RULE, "a", 8) == Taking(True, 8, timedelta(0))
    # 8 + 7 is 5 above the capacity, and 2 leak per second.
    assert buckets.fill(RULE, "a", 7) == Taking(False, 15, timedelta(seconds=2.5))
    assert buckets.fill(RULE, "a", 100).level == 20
    assert buckets.fill(RULE, "a", 0) == Taking(False, 20, timedelta(seconds=5))
    assert not buckets.take(RULE, "a", 0).fits
    clock.now += 5
    assert buckets.take(RULE, "a", 0).fits


def test_buckets_of_other_keys_and_rules_are_apart() -> None:
    buckets = LocalBuckets(Clock())
    buckets.take(RULE, "a", 10)
    assert buckets.take(RULE, "b", 10).fits
    assert buckets.take(Rule("other", 10, 2), "a", 10).fits


def test_the_buckets_longest_unused_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linepack.redis.leaky_buckets.BUCKETS_PER_PROCESS_MAX", 2)
    buckets = LocalBuckets(Clock())
    for key in ("a", "b", "a", "c"):
        buckets.take(RULE, key, 5)
    assert [buckets.take(RULE, key, 0).level for key in ("a", "c")] == [10, 5]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 5)), max_size=40))
def test_what_fits_never_exceeds_capacity_and_leak(takings: list[tuple[float, float]]) -> None:
    clock = Clock()
    buckets = LocalBuckets(clock)
    taken, start = 0.0, clock.now
    for amount, pause in takings:
        clock.now += pause
        answer = buckets.take(RULE, "a", amount)
        taken += amount if answer.fits else 0
        assert 0 <= answer.level <= RULE.capacity
        assert taken <= RULE.capacity + RULE.leak_per_s * (clock.now - start) + 1e-6
