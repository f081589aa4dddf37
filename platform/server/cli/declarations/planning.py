"""The commands of planning: `linepack dispatch`, `linepack simulate` and `linepack plan`."""

from typing import Annotated

import typer

from linepack.limits import DISPATCH_S_MAX
from planning.kinds import EXAMPLE, KINDS
from server.cli.arguments import (
    SECONDS_MAX,
    Code,
    CompressibilityName,
    Day,
    NominationFile,
    Nominations,
    Scale,
    Wait,
    numbers,
)
from server.cli.commands import Commands, On

commands = Commands()


@commands.command("server.cli.planning.dispatch:dispatch")
def dispatch(
    network: Code,
    day: Day,
    is_published: Annotated[
        bool, typer.Option("--nomination", help="The published nomination, instead of all firm rights.")
    ] = False,
    scale: Scale = 1.0,
    file: NominationFile = None,
    nominate: Nominations = None,
    at_least: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=BAR", help="A pressure that a node needs; exits=BAR for all exits."),
    ] = None,
    at_most: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=BAR", help="The most that a node may have; entries=BAR for all."),
    ] = None,
    seconds: Annotated[int, typer.Option(min=1, max=DISPATCH_S_MAX, help="How long to search.")] = 60,
    wait: Wait = True,
) -> None:
    """Find how compressor stations carry a nomination with least power, on the maps of their machines.

    Without a nomination all firm rights of the gas day are used at once. A worker runs it; if none takes it
    within seconds, this command does, unless it is not to wait. Ends with status 1 when there is no result.
    """
    numbers([*(nominate or ()), *(at_least or ()), *(at_most or ())])


@commands.command("server.cli.planning.simulation:simulate")
def simulate(
    network: Code,
    file: NominationFile = None,
    nominate: Nominations = None,
    reference: Annotated[
        str | None,
        typer.Option(metavar="NODE=BAR", help="Where the pressure is known; the largest entry at its limit."),
    ] = None,
    ratio: Annotated[
        list[str] | None,
        typer.Option(metavar="EDGE=NUMBER", help="A ratio that a station or control valve holds."),
    ] = None,
    closed: Annotated[list[str] | None, typer.Option(metavar="EDGE", help="An edge that is closed.")] = None,
    compressibility: Annotated[
        CompressibilityName, typer.Option(help="One for the network, or Papay's of each pipe.")
    ] = CompressibilityName.CONSTANT,
) -> None:
    """Show the flows and pressures of a nomination in steady state, and by how much they miss the laws.

    Without a nomination the published one is taken. Nothing is chosen and no limit is checked: stations and
    valves without a setting are open.
    """
    numbers([*(nominate or ()), *([] if reference is None else [reference]), *(ratio or ())])


@commands.command("server.cli.planning.plan:plan", on=On.NOTHING)
def plan(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}; or {EXAMPLE}.")],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=f"What to plan, in YAML or JSON; after {EXAMPLE}, a KIND.")
    ],
    seconds: Annotated[float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long it may take.")] = 60.0,
) -> None:
    """Plan from a file: the figures, how they come about, and what no plan can do better than.

    `linepack plan example KIND` prints a commented file to begin with. It needs no installation and stores
    nothing; --json prints canonical JSON. Ends with status 1 for a file with faults, and where there is no
    plan: then it says what excludes each other and what would have to change.
    """
    known = file if kind == EXAMPLE else kind
    if known not in KINDS:
        raise typer.BadParameter(f"{known!r} is no kind of plan; there are {', '.join(KINDS)}")
