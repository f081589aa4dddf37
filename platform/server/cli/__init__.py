"""The command line: `linepack`, for the people who run an installation.

Commands work on the installation that the environment describes (`linepack.settings`), beside a running
server or without one. They act as the platform itself, except where `--as` names the account they act for.
A refusal is printed with all of its reasons and ends with status 1; wrong usage ends with status 2.
"""

import typer

from server.cli import (
    access,
    capacity,
    drill,
    index_values,
    interruptible,
    jobs,
    ledger,
    networks,
    proving,
    release_credits,
    running,
    set_asides,
    shortfalls,
    tracking,
)

app = typer.Typer(
    name="linepack",
    help="See, book and trade gas pipeline capacity that can really be transported.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (
    running.commands,
    proving.commands,
    networks.commands,
    interruptible.commands,
    capacity.commands,
    shortfalls.commands,
    tracking.commands,
    jobs.commands,
    drill.commands,
):
    app.add_typer(commands)
app.add_typer(access.users, name="user")
app.add_typer(access.keys, name="key")
app.add_typer(ledger.ledger, name="ledger")
app.add_typer(set_asides.set_asides, name="set-aside")
app.add_typer(release_credits.release_credits, name="release-credit")
app.add_typer(index_values.index_values, name="index")

__all__ = ["app"]
