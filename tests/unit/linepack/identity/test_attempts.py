from datetime import timedelta

import pytest

from linepack.identity.attempts import OwnCounts, network_of, wait_after
from linepack.limits import BUCKETS_PER_PROCESS_MAX, SIGN_IN_FORGET_S


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_doubles_from_the_fifth_failure_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures).total_seconds() for failures in range(18)]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_guesses_in_a_day_are_few() -> None:
    """Five at once, ten while the wait grows (1 + 2 + … + 512 = 1023 s), then one each 900 s of 85377 s."""
    seconds, guesses = 0.0, 0
    while seconds < 86_400:
        guesses += 1
        seconds += wait_after(guesses).total_seconds()
    assert guesses == 5 + 10 + 94


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_an_address_counts_as_what_one_subscriber_has(address: str, counts_as: str) -> None:
    assert network_of(address) == counts_as


def test_the_counts_of_a_process_grow_pass_and_are_forgotten() -> None:
    clock = Clock()
    counts = OwnCounts(clock)
    for _ in range(7):
        counts.count("a")
    assert counts.wait("a") == timedelta(seconds=4)
    assert counts.wait("b") == timedelta(0)
    clock.now += 3
    assert counts.wait("a") == timedelta(seconds=1)
    counts.count("a")
    assert counts.wait("a") == timedelta(seconds=8)
    counts.forget("a")
    assert counts.wait("a") == timedelta(0)


def test_a_row_of_failures_ends_by_itself_after_a_day() -> None:
    clock = Clock()
    counts = OwnCounts(clock)
    for _ in range(20):
        counts.count("a")
    clock.now += SIGN_IN_FORGET_S + 1
    counts.count("a")
    assert counts.wait("a") == timedelta(0)


def test_the_counts_of_a_process_are_bounded() -> None:
    counts = OwnCounts(Clock())
    for _ in range(7):
        counts.count("first")
    for number in range(BUCKETS_PER_PROCESS_MAX):
        counts.count(str(number))
    assert counts.wait("first") == timedelta(0)
    assert len(counts._counts) == BUCKETS_PER_PROCESS_MAX
