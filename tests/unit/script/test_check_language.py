"""Figures of speech are refused where users and newcomers read, and nowhere else."""

import pytest
from script.check_language import refused, texts

SHOWN = '''
"""The home of things.

A house in the second line of a module is not looked for.
"""
import strawberry


@strawberry.type
class Offer:
    """An offer.

    It is kept in a room.
    """

    price: int = strawberry.field(description="What a desk " "asks.")


class Refused(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"a stranger asked for {name}")


def check(value: int) -> None:
    """Tell whether it is so."""
    if value:
        raise ValueError("nobody's value")
    Fault("price", "whoever pays")
    console.print(f"{value} in vain")
    note = "a ticket that nobody reads"
'''


def test_words_are_found_in_what_is_read() -> None:
    found = [(line, word.lower()) for line, text in texts(SHOWN) for word, _ in refused(text)]
    assert sorted(found) == [
        (2, "home"),
        (2, "the home of"),
        (11, "room"),
        (16, "desk"),
        (21, "stranger"),
        (25, "tell"),
        (27, "nobody's"),
        (28, "whoever"),
        (29, "in vain"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the price floor of the band",
        "its floor and cap",
        "an index with price floors",
        "the counterparty's counter-offer",
        "gas at room temperature",
        "the home directory of the user",
        "broadcast, stagecoach, headroom, mushrooms",
    ],
)
def test_terms_of_the_field_are_allowed(text: str) -> None:
    assert list(refused(text)) == []


def test_what_to_write_instead_is_said() -> None:
    assert list(refused("The eldest job")) == [("eldest", "oldest")]
