"""What computes parts elsewhere, as a job sees it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol


class ClusterLost(Exception):
    """The cluster computes nothing any more; the message says why."""


class Sent(Protocol):
    """A part that was sent."""

    @property
    def status(self) -> str | None:
        """Return how it is: "error" where the function raised something."""
        ...

    def result(self, timeout: float) -> Any:
        """Return what was found; raises what the function raised, and TimeoutError after so many seconds."""
        ...


class Cluster(AbstractContextManager["Cluster"], Protocol):
    """A connection to workers, closed with its context. All of its methods raise ClusterLost."""

    def threads(self) -> int:
        """Return how many parts are computed at once."""
        ...

    def send(self, function: Callable[[Any], Any], part: Any) -> Sent:
        """Send a part to be computed."""
        ...

    def result(self, sent: Sent) -> Any:
        """Wait for what is found of a part, and return it; raises what the function raised."""
        ...

    def give_up(self, sent: list[Sent]) -> None:
        """Say that some parts are not needed any more."""
        ...
