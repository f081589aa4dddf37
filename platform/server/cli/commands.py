"""How a command is declared and carried out.

What a command is called, takes and is for is declared in `server.cli.declarations`, which load nothing that
takes long, so that help is there at once. The function that carries it out is named there, and its module
loaded when the command runs. It takes what is declared, by keyword, and returns an `Answer`, which is printed
as text or, with the option `--json` that every such command has, as JSON.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from server.cli import output
from server.cli.answers import Answer

Declared = TypeVar("Declared", bound=Callable[..., None])

SESSION = "server.cli.session:run"
"""What runs a command on an installation; it loads the services."""

AS_JSON = inspect.Parameter(
    "as_json",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")],
)


class On(Enum):
    """What a command works on."""

    NOTHING = "nothing"
    """It needs no installation: its function is called as it is."""
    EXISTING = "existing"
    """An installation that must be there: its function is a coroutine, called with a session on it first."""
    ANY = "any"
    """Likewise, on an installation that is made where there is none, and whose older tables are upgraded."""


class Command(TyperCommand):
    """A command whose wrong usage is reported without the words of the library that noticed it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; raises BadParameter."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as fault:
            fault.message = fault.message.removeprefix("Value error, ")
            raise


class Commands:
    """A group of commands."""

    def __init__(self, *, about: str | None = None) -> None:
        self.typer = typer.Typer(help=about, no_args_is_help=True)

    def command(
        self, work: str, *, name: str | None = None, on: On = On.EXISTING, answers: bool = True
    ) -> Callable[[Declared], Declared]:
        """Declare a command that the function `work`, "module:name", carries out.

        What is declared is called first, and raises BadParameter for options that do not go together. A
        command that `answers` has the option `--json`; any other prints by itself.
        """

        def declare(declared: Declared) -> Declared:
            self.typer.command(name, cls=Command)(_runnable(declared, work, on, answers=answers))
            return declared

        return declare


def _runnable(declared: Callable[..., None], work: str, on: On, *, answers: bool) -> Callable[..., None]:
    """Return the function that typer reads the options of a command from, and calls."""

    def run(**given: Any) -> None:
        as_json = given.pop(AS_JSON.name, False)
        declared(**given)
        with output.refusals(as_json=as_json):
            answer = _carried_out(work, on, given)
        if answer is not None:
            output.show(answer, as_json=as_json)
            if answer.status:
                raise typer.Exit(answer.status)

    parameters = list(inspect.signature(declared).parameters.values())
    if answers:
        parameters.append(AS_JSON)
    run.__name__, run.__doc__ = declared.__name__, declared.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _carried_out(work: str, on: On, given: Mapping[str, Any]) -> Answer | None:
    function = loaded(work)
    if on is On.NOTHING:
        answer: Answer | None = function(**given)
    else:
        answer = loaded(SESSION)(function, given, must_exist=on is On.EXISTING)
    return answer


def loaded(name: str) -> Callable[..., Any]:
    """Return the function "module:name"."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
