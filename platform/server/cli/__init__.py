"""The command line: `linepack`, for the people who run an installation.

Commands work on the installation that the environment describes (`linepack.settings`), beside a running
server or without one. They act as the platform itself, or for the party that a command concerns. Only
`serve`, `demo` and `user company` make an installation where there is none, or upgrade its tables. A refusal
is printed with all of its reasons and ends with status 1; wrong usage ends with status 2.
"""

from typing import Annotated

import typer

from server.cli.commands import loaded
from server.cli.declarations import capacity, identity, installation, market, planning, settlement

app = typer.Typer(
    name="linepack",
    help="See, book and trade gas pipeline capacity that can really be transported.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (installation, settlement, capacity, market, planning):
    app.add_typer(commands.commands.typer)
for name, group in {
    "user": identity.users,
    "party": identity.parties,
    "key": identity.keys,
    "network": capacity.networks,
    "overlay": capacity.overlays,
    "tariff": market.tariffs,
    "index": market.index_values,
    "set-aside": market.set_asides,
    "clear": market.clearings,
    "credit": market.credit,
    "calculate": market.calculations,
    "job": installation.jobs,
    "operations": installation.operations,
    "ledger": settlement.ledger,
    "release-credit": settlement.release_credits,
}.items():
    app.add_typer(group.typer, name=name)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        loaded("server.cli.version:show")()
        raise typer.Exit


@app.callback()
def main(
    is_asked: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """See, book and trade gas pipeline capacity that can really be transported."""


__all__ = ["app"]
