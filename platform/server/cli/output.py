"""How answers, refusals and progress are printed: answers on standard output, all else on standard error."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape

from linepack.canonical_json import canonical_json
from linepack.problems import InvalidInput, Problem
from server.cli.answers import Answer, Line, Rows, is_number, plain
from server.errors import CannotStart

console = Console()
errors = Console(stderr=True)

SEPARATOR: Final = "  "
"""Between the columns of a table."""


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer."""
    if as_json and answer.is_canonical:
        typer.echo(canonical_json(plain(answer.values)).decode())
    elif as_json:
        typer.echo(json.dumps(plain(answer.values), indent=2, ensure_ascii=False))
    else:
        write(console, answer)


def write(target: Console, answer: Answer) -> None:
    """Write the lines and tables of an answer; nothing is cut off, the terminal wraps what is too wide."""
    for one in answer.shown:
        match one:
            case Rows():
                _write_table(target, one)
            case Line(text, style):
                target.print(escape(text), style=style, soft_wrap=True, highlight=False)
            case str():
                target.print(escape(one), soft_wrap=True, highlight=False)


def _write_table(target: Console, rows: Rows) -> None:
    if rows.title:
        target.print(escape(rows.title), style="italic", soft_wrap=True, highlight=False)
    style = "bold"
    for line in table_lines(rows):
        target.print(escape(line), style=style, soft_wrap=True, highlight=False)
        style = ""


def table_lines(rows: Rows) -> Iterator[str]:
    """Yield the heading and the rows of a table, numbers to the right, every column as wide as its cells."""
    table = [[column.heading for column in rows.columns]]
    table += [[column.cell(record) for column in rows.columns] for record in rows.records]
    widths = [
        max(len(line) for text in column for line in text.split("\n")) for column in zip(*table, strict=True)
    ]
    aligned = [
        ">" if any(is_number(record[column.name]) for record in rows.records) else "<"
        for column in rows.columns
    ]
    for row in table:
        for cells in zip_longest(*(text.split("\n") for text in row), fillvalue=""):
            padded = (
                f"{text:{side}{width}}" for text, side, width in zip(cells, aligned, widths, strict=True)
            )
            yield SEPARATOR.join(padded).rstrip()


@contextmanager
def refusals(*, as_json: bool = False) -> Iterator[None]:
    """Show a refusal, or why the installation cannot start, and end with status 1."""
    try:
        yield
    except Problem as problem:
        show_refusal(problem, as_json=as_json)
        raise typer.Exit(1) from None
    except CannotStart as reason:
        if as_json:
            _echo_refusal("CANNOT_START", str(reason))
        else:
            errors.print(str(reason), style="red", soft_wrap=True, highlight=False, markup=False)
        raise typer.Exit(1) from None


def show_refusal(problem: Problem, *, as_json: bool) -> None:
    """Print a refusal, every fault on a line of its own."""
    if isinstance(problem, InvalidInput):
        faults = [{"place": fault.place, "message": fault.message} for fault in problem.faults]
        if as_json:
            _echo_refusal(problem.code, problem.message, faults=faults)
        else:
            for fault in problem.faults:
                _print_fault(fault.place, fault.message)
    elif as_json:
        _echo_refusal(problem.code, problem.message)
    else:
        _print_fault(problem.code, problem.message)


def show_settings_faults(faults: Iterable[tuple[str, str]]) -> None:
    """Print what is wrong with the environment's settings: the place and the message of each fault."""
    for place, message in faults:
        _print_fault(place, message)


def _print_fault(place: str, message: str) -> None:
    label = f"[red]{escape(place)}[/red]: " if place else ""
    errors.print(f"{label}{escape(message)}", highlight=False, soft_wrap=True)


def _echo_refusal(code: str, message: str, **more: object) -> None:
    typer.echo(json.dumps({"code": code, "message": message, **more}, ensure_ascii=False), err=True)
