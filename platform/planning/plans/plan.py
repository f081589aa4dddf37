"""A plan as it comes out of a planning model, and the kinds of model that `linepack plan` knows.

A planning package lists its model once, as a `PlanKind` in its module `kind`, and `planning.kinds` names
that. The module is loaded for every help text, so it imports nothing beside this one; what makes the plan is
named by a string, as commands name what carries them out.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

from linepack.canonical_json import JsonValue, digest

if TYPE_CHECKING:
    from capacity.solvers.port import Solver

Cell: TypeAlias = str | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the working out."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def plain(self) -> JsonValue:
        """Return the table as JSON."""
        return {"title": self.title, "headings": [*self.headings], "rows": [[*row] for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a planning model has found.

    result : the figures, as JSON
    working : how they come about, for people: sentences and tables, in order
    is_feasible : False where the result explains why there is no plan
    """

    result: Mapping[str, JsonValue]
    working: Sequence[str | Table]
    is_feasible: bool = True

    def plain(self, kind: str, document: object) -> dict[str, JsonValue]:
        """Return the plan as JSON, with the hash of the document that it follows from."""
        return {
            "kind": kind,
            "input_hash": digest(document),
            "is_feasible": self.is_feasible,
            "result": self.result,
            "working": [one if isinstance(one, str) else one.plain() for one in self.working],
        }


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A kind of planning model.

    name : what it is called on the command line
    about : what it plans, as the end of a sentence
    maker : "module:function" that returns the `Plan` of a parsed document, given the solver and the seconds
        that it may take; raises InvalidInput with every fault of the document
    """

    name: str
    about: str
    maker: str

    def plan(self, document: object, solver: "Solver", seconds: float) -> Plan:
        """Return the plan of a parsed document; raises InvalidInput."""
        module, _, function = self.maker.partition(":")
        make: Callable[[object, Solver, float], Plan] = getattr(importlib.import_module(module), function)
        return make(document, solver, seconds)

    def example(self) -> str:
        """Return a commented document of this kind, which lies beside the maker."""
        package = self.maker.partition(":")[0].rpartition(".")[0]
        return files(package).joinpath("example.yaml").read_text(encoding="utf-8")


def rounded(value: float) -> float:
    """Return a figure to nine significant digits, so that it is the same whatever solver found it."""
    found = float(f"{value:.9g}")
    return 0.0 if abs(found) < 1e-9 else found
