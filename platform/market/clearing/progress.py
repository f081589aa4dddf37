"""How far a clearing is, for those who wait for it."""

from collections.abc import Callable
from typing import Final, TypeAlias

Progress: TypeAlias = Callable[[float, str], None]
"""Takes how much is done, 0 to 1, and in a few words what is being done."""

PER_ROUND: Final = 0.8
"""Of what is left to do when a round of the search begins, how much is left after it."""
OF_SEARCH: Final = 0.8


def unheard(done: float, text: str) -> None:
    """Take the progress of what nobody waits for."""


def of_search(rounds: int) -> float:
    """Return how much of a clearing is done after so many rounds of its search, which no one can foresee."""
    return OF_SEARCH * (1 - PER_ROUND**rounds)
