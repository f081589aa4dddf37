"""The command line: `linepack`, for the people who run an installation.

Commands work on the installation that the environment describes (`linepack.settings`), beside a running
server or without one. They act as the platform itself, or for the party that a command concerns.
A refusal is printed with all of its reasons and ends with status 1; wrong usage ends with status 2.
"""

import typer

from server.cli import drill, identity, installation
from server.cli.capacity import (
    availability,
    contracts,
    interruptible,
    networks,
    shortfalls,
    tracking,
    validation,
)
from server.cli.market import booking, index_values, set_asides
from server.cli.planning import dispatch, simulation
from server.cli.settlement import ledger, release_credits, verification

app = typer.Typer(
    name="linepack",
    help="See, book and trade gas pipeline capacity that can really be transported.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (
    installation.commands,
    verification.commands,
    networks.commands,
    interruptible.commands,
    availability.commands,
    booking.commands,
    shortfalls.commands,
    tracking.commands,
    validation.commands,
    contracts.commands,
    dispatch.commands,
    simulation.commands,
    drill.commands,
):
    app.add_typer(commands)
app.add_typer(identity.users, name="user")
app.add_typer(identity.keys, name="key")
app.add_typer(ledger.ledger, name="ledger")
app.add_typer(set_asides.set_asides, name="set-aside")
app.add_typer(release_credits.release_credits, name="release-credit")
app.add_typer(index_values.index_values, name="index")

__all__ = ["app"]
