"""Events that were stored before: every payload is read by the class of its topic and written the same again.

`tests/data/events` holds payloads of every topic as they were recorded when events got classes.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import capacity
import linepack
import market
import settlement
from linepack.events.typed import TypedEvent

STORED = Path(__file__).parents[1] / "data" / "events"


def classes() -> dict[str, type[TypedEvent]]:
    """Return the class of every topic."""
    for package in (linepack, capacity, market, settlement):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("events"):
                importlib.import_module(module.name)
    return {one.topic: one for one in below(TypedEvent) if hasattr(one, "topic")}


def below(kind: type[Any]) -> Iterator[type[TypedEvent]]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


CLASSES = classes()
FILES = sorted(STORED.glob("*.json"))


def test_every_topic_that_was_stored_has_a_class() -> None:
    assert {path.stem for path in FILES} == CLASSES.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_stored_is_read_and_written_the_same(path: Path) -> None:
    kind = CLASSES[path.stem]
    for stored in json.loads(path.read_text()):
        event = kind.read(stored["payload"])
        assert json.dumps(event.payload) == json.dumps(stored["payload"])
        assert (event.stream.value, event.topic, event.version) == (stored["stream"], path.stem, 1)
