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
    interruptible,
    jobs,
    ledger,
    networks,
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

__all__ = ["app"]
