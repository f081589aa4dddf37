"""How commands are declared: their help loads nothing heavy, and a function carries each of them out."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from capacity.contracts.model import EdgeRole
from linepack.access import PartyKind, Role, Scope
from planning.simulation.steady import Compressibility
from server.cli import app, arguments, declarations
from server.cli.commands import loaded

HEAVY = (
    "numba",
    "scipy",
    "numpy",
    "sqlalchemy",
    "strawberry",
    "highspy",
    "casadi",
    "asyncpg",
    "redis",
    "pydantic",
)
WALK = """
import sys
from typer.core import TyperGroup
from typer.main import get_command
from server.cli import app

def walk(command, parent, name):
    from typer._click import Context
    context = Context(command, parent=parent, info_name=name)
    print(len(command.get_help(context)))
    if isinstance(command, TyperGroup):
        for inner, one in command.commands.items():
            walk(one, context, inner)

walk(get_command(app), None, "linepack")
print(*sorted(set(sys.argv[1:]) & sys.modules.keys()), sep=",")
"""


class Declared(NamedTuple):
    """A command as it is declared: the function that carries it out, and its parameters."""

    work: str
    parameters: list[str]


def declared() -> Iterator[Declared]:
    for file in sorted(Path(declarations.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(".command"):
                        [work] = decorator.args
                        assert isinstance(work, ast.Constant)
                        names = [argument.arg for argument in node.args.args]
                        yield Declared(str(work.value), names)


def commands(group: TyperGroup, *path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


def root() -> TyperGroup:
    found = get_command(app)
    assert isinstance(found, TyperGroup)
    return found


COMMANDS = dict(commands(root()))


def test_the_help_of_every_command_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", WALK, *HEAVY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *lengths, heavy = done.stdout.splitlines()
    assert len(lengths) > len(COMMANDS)
    assert heavy == ""


@pytest.mark.parametrize("one", list(declared()), ids=lambda one: one.work)
def test_a_command_is_carried_out_by_a_function_that_takes_what_is_declared(one: Declared) -> None:
    parameters = inspect.signature(loaded(one.work)).parameters
    by_keyword = [name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    assert sorted(by_keyword) == sorted(one.parameters)
    assert [name for name in parameters if name not in by_keyword] in ([], ["session"])
    assert (parameters.keys() - set(by_keyword) == {"session"}) == inspect.iscoroutinefunction(
        loaded(one.work)
    )


def test_every_command_is_declared_once() -> None:
    works = [one.work for one in declared()]
    assert len(works) == len(set(works)) == len(COMMANDS)


@pytest.mark.parametrize(
    ("names", "members"),
    [
        (arguments.RoleName, Role),
        (arguments.ScopeName, Scope),
        (arguments.PartyKindName, PartyKind),
        (arguments.EdgeRoleName, EdgeRole),
        (arguments.CompressibilityName, Compressibility),
    ],
)
def test_choices_are_the_members_of_what_they_stand_for(names: type[StrEnum], members: type[StrEnum]) -> None:
    assert {one.name: one.value for one in names} == {one.name: one.value for one in members}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_has_help(name: str) -> None:
    assert COMMANDS[name].help
    assert [one.name for one in COMMANDS[name].params if not one.help and not one.prompt] == []


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"serve", "schema"}))
def test_every_command_that_answers_can_answer_in_json(name: str) -> None:
    assert any("--json" in one.opts for one in COMMANDS[name].params)
