"""Which solvers worked on an answer: each notes itself when a run of its own has ended.

The note is kept per context (thread or task), so that answers found at the same time keep theirs apart.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Engine:
    """A solver of one version."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


_WORKED: Final[ContextVar[set[Engine] | None]] = ContextVar("_WORKED", default=None)


@contextmanager
def noted() -> Iterator[set[Engine]]:
    """Lend a set that holds the engines that worked since then, in this context."""
    engines: set[Engine] = set()
    token = _WORKED.set(engines)
    try:
        yield engines
    finally:
        _WORKED.reset(token)


def note(engine: Engine) -> None:
    """Note that a run of `engine` has ended."""
    engines = _WORKED.get()
    if engines is not None:
        engines.add(engine)


@cache
def own_engine() -> Engine:
    """Return the platform itself, where no solver had to run: kernels and proofs kept from before."""
    return Engine("Linepack", version("linepack"))


def cited(engines: Iterable[Engine]) -> tuple[str, str]:
    """Return the names and the versions of the engines, each joined by commas in the order of the names."""
    ordered = sorted(engines) or [own_engine()]
    return ", ".join(one.name for one in ordered), ", ".join(one.version for one in ordered)
