"""The codes that clients see are those of the problems that the API can meet, no more and no fewer."""

import importlib
import pkgutil
from collections.abc import Iterator

from linepack.problems import Problem
from schema.types.problem_codes import ProblemCode

PACKAGES = ("linepack", "capacity", "market", "operations", "planning", "settlement", "schema")
ELSEWHERE = {
    # Of files that are checked without an installation, and of events that settlement reads.
    "linepack.transparency.errors",
    "settlement.ledger.verification",
    "settlement.charges.errors",
}
OF_THE_CALLER = {"UNAUTHENTICATED"}
"""Shown as an error of the request."""
OF_THE_SCHEMA = {"NO_STATE"}
"""Made by a resolver, not raised."""


def problems() -> Iterator[type[Problem]]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    waiting = Problem.__subclasses__()
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.partition(".")[0] in PACKAGES:
            yield found


def test_every_problem_of_the_platform_has_a_code_that_clients_know() -> None:
    raised = {problem.code for problem in problems() if problem.__module__ not in ELSEWHERE}
    assert (raised - OF_THE_CALLER) | OF_THE_SCHEMA == {code.value for code in ProblemCode}
