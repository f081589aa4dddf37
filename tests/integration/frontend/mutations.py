"""Certificates that were tampered with: a figure nudged, an item dropped, given twice, or exchanged."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

_TOP = ("outcome", "level", "rights_version", "revision_id", "demanded_level")
"""What else of a verdict is changed; the rest proves nothing, or says which rights a document holds."""


def mutated(document: dict[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """Return a proof document with one change in its verdict."""
    changed = copy.deepcopy(document)
    verdict = changed["verdict"]
    kind = random.random()
    if kind < 0.05:
        _change(verdict, str(random.choice(_TOP)), random, _texts(verdict))
    elif kind < 0.12:
        _change(verdict["request"], str(random.choice(["quantity", "route"])), random, _texts(verdict))
    else:
        holder, key = _somewhere(verdict, "proofs", random)
        _change(holder, key, random, _texts(verdict["proofs"]))
    return changed


def _somewhere(holder: Any, key: Any, random: np.random.Generator) -> tuple[Any, Any]:
    """Return a random place, each level of nesting as likely as the next: no long list hides a field."""
    while True:
        value = holder[key]
        keys = (
            list(value)
            if isinstance(value, dict)
            else list(range(len(value)))
            if isinstance(value, list)
            else []
        )
        if not keys or (key != "proofs" and random.random() < 0.12):
            return holder, key
        holder, key = value, keys[random.integers(len(keys))]


def _change(holder: Any, key: Any, random: np.random.Generator, texts: list[str]) -> None:
    way = random.random()
    if way < 0.12:
        del holder[key]
    elif way < 0.2 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif way < 0.4 and len(holder) > 1:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        other = keys[random.integers(len(keys))]
        holder[key], holder[other] = holder[other], holder[key]
    else:
        holder[key] = _nudged(holder[key], random, texts)


def _nudged(value: Any, random: np.random.Generator, texts: list[str]) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        by = int(random.choice([1, -1, 2, -3, 1000]))
        return [value + by, value + by, -value, value * 2, float(value)][random.integers(5)]
    if isinstance(value, float):
        relative = 10.0 ** -int(random.integers(2, 12))
        ways = [
            value * (1 + relative),
            value * (1 - relative),
            math.nextafter(value, math.inf),
            value + 1e-4,
            -value,
            0.0,
        ]
        return ways[random.integers(len(ways))]
    if isinstance(value, str):
        return texts[random.integers(len(texts))]
    if value is None:
        return [0, {}, "a"][random.integers(3)]
    return None if random.random() < 0.3 else type(value)()


def _texts(value: Any) -> list[str]:
    return sorted(set(_strings(value)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(part)
