"""Whatever platform/ defines is reached from the product, a tool or a benchmark: tests alone are no user."""

from pathlib import Path
from typing import Final

from tests.unit.reachability import Reached, Tree

ROOT = Path(__file__).parents[2]

CALLED_BY_NAME: Final = {
    "schema.execution.limits:_StringLiterals.enter_string_value": "graphql-core's visitor calls it",
    "schema.types.problems:ProblemHandler.handle": "strawberry calls it",
}
"""What no code of ours names, and what calls it all the same."""
FOUND_BY_MODULE: Final = ("tables", "job")
"""`server.declarations` finds the tables and the kinds of job by the names of their modules."""


def test_every_definition_of_the_product_has_a_user_in_it() -> None:
    tree = Tree({ROOT / "platform": "", ROOT / "tools": "tools", ROOT / "benchmarks": "benchmarks"})
    roots = [("server.cli", "app"), ("server.__main__", "")]
    for module in tree.modules:
        package, _, name = module.rpartition(".")
        if name in FOUND_BY_MODULE or package.startswith("server.migrations"):
            roots += tree.of_module(module)
        elif package.startswith(("tools", "benchmarks")):
            roots.append((module, ""))
    reached = Reached(tree, roots).nodes
    unused = {
        f"{module}:{name}"
        for module, name in tree.definitions.keys() - reached
        if name and not module.startswith(("tools", "benchmarks"))
    }
    assert sorted(unused - CALLED_BY_NAME.keys()) == []
    assert sorted(CALLED_BY_NAME.keys() - unused) == [], "no longer an exception"
