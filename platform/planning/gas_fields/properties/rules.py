"""Which values a single property may take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """A test of a value, and what a value has to be, as the end of "must be …"."""

    allows: Callable[[float], bool]
    words: str


ANY: Final = Rule(lambda _: True, "a number")
NOT_NEGATIVE: Final = Rule(lambda value: value >= 0, "at least 0")
POSITIVE: Final = Rule(lambda value: value > 0, "above 0")


def at_least(least: float) -> Rule:
    """Return the rule that a value is not below `least`."""
    return Rule(lambda value: value >= least, f"at least {least:g}")


def between(least: float, most: float) -> Rule:
    """Return the rule that a value lies between two, which it may be."""
    return Rule(lambda value: least <= value <= most, f"between {least:,g} and {most:,g}")


def one_of(*codes: int) -> Rule:
    """Return the rule that a value is one of a few whole numbers."""
    return Rule(lambda value: value in codes, f"one of {', '.join(map(str, codes))}")


def whole(least: int, most: int) -> Rule:
    """Return the rule that a value is a whole number between two, which it may be."""
    words = f"a whole number between {least} and {most}"
    return Rule(lambda value: value == int(value) and least <= value <= most, words)
