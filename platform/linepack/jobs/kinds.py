"""How jobs of one kind are run: declared by the package whose question they answer.

A package declares a kind as `KIND` in a module named `job`, where the workers of an installation find it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linepack.database.connections import Database
from linepack.jobs.model import Job


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of one kind are run.

    prepare : loads what the function needs, as plain JSON; raises Problem when the job cannot be done
    function : the pure function, as "module:name", called in a process of its own
    seconds_max : how long its process may run
    splits : whether the function also takes the port `linepack.jobs.parts.Parts`
    """

    name: str
    prepare: Callable[[Database, Job], Awaitable[Mapping[str, Any]]]
    function: str
    seconds_max: Callable[[Job], float]
    splits: bool = False
