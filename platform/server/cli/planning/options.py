"""Options that the commands of planning share: nominations, and values at nodes or edges."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from planning.nominations import from_csv

NominationFile = Annotated[
    Path | None,
    typer.Option(
        "--file", exists=True, dir_okay=False, help='A nomination: lines "node,quantity", entries positive.'
    ),
]
Nominations = Annotated[
    list[str] | None,
    typer.Option("--nominate", metavar="NODE=QUANTITY", help="A nomination; repeat it for each node."),
]


def nomination_of(file: Path | None, given: Sequence[str]) -> dict[str, int] | None:
    """Return the nomination of a file and of options, which count on top; None without either.

    Raises InvalidInput for a file that cannot be read, BadParameter for an option.
    """
    if file is None and not given:
        return None
    nomination = {} if file is None else from_csv(file.read_text())
    return nomination | {node: round(quantity) for node, quantity in numbers(given).items()}


def numbers(texts: Sequence[str]) -> Mapping[str, float]:
    """Return the numbers of "NAME=NUMBER"; raises BadParameter for others."""
    found = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            found[name] = float(number)
        except ValueError:
            name = ""
        if not name:
            raise typer.BadParameter(f'expected NAME=NUMBER such as "source_1=25", not "{text}"')
    return found
