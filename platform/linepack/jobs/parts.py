"""Parts of a job: independent work of one form, which any number of workers may do.

A job that splits gets the port `Parts` and hands it the parts in an order. What comes back is in that order,
however many workers there are and however often a part was lost with its worker and done anew, so that a job
which merges it part by part has one result. Parts of ten milliseconds and more are worth sending away.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Final, Protocol, TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


class Parts(Protocol):
    """Where the parts of a job are computed."""

    def computed(
        self, function: Callable[[Part], Found], parts: Iterable[Part]
    ) -> Generator[Found, None, None]:
        """Yield what the function makes of each part, in the order of the parts.

        The function is one of a module, and depends on its part alone; it may change the part, which the
        caller does not use again. Parts are taken as they are needed, and travel pickled. What the function
        raises is raised here; when the generator is closed, parts that are not done are given up.
        """
        ...


class _Here:
    """Computes parts in this process, one after the other, each when it is asked for."""

    def computed(
        self, function: Callable[[Part], Found], parts: Iterable[Part]
    ) -> Generator[Found, None, None]:
        """Yield what the function makes of each part."""
        for part in parts:
            yield function(part)


HERE: Final[Parts] = _Here()
