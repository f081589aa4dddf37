"""The commands of settlement: reconciliation and audit, the transparency logs, release credits."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from linepack.transparency.model import LogName
from server.cli.arguments import COUNT_MAX, MONTH_SHOWN, IdempotencyKey, Seed, decimal, gas_month
from server.cli.commands import Commands, On

SAMPLE_SIZE = 100
"""Certificates, and awards, that reconcile checks again."""
ENTRY_MAX = 2**63 - 1
RECORD_SUFFIX = ".json"
"""Of the record that is written beside its proof."""

commands = Commands()
ledger = Commands(about="Prove and check what the ledger and the verdicts say.")
release_credits = Commands(
    about="What releasing shippers are credited, and replacement shippers that did not pay."
)

Log = Annotated[LogName, typer.Option("--log", case_sensitive=False, help="Which log.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="What to write.")]
Keys = Annotated[
    list[str], typer.Option("--key", help="Verifier key of the log, from its operator; may be repeated.")
]
ContractCode = Annotated[str, typer.Argument(help="Code of the replacement contract.")]
Month = Annotated[
    date, typer.Option(parser=gas_month, metavar=MONTH_SHOWN, help="The gas month, such as 2027-04.")
]
Amount = Annotated[
    Decimal | None,
    typer.Option(
        parser=decimal, metavar="NUMBER", help="In the contract's currency; all that is left, if left out."
    ),
]
Debtor = Annotated[
    str | None,
    typer.Option(help="Code of the party, where the contract was assigned in part and several owe."),
]


@commands.command("server.cli.settlement.verification:reconcile")
def reconcile(
    sample: Annotated[
        int,
        typer.Option(
            min=0, max=COUNT_MAX, help="Certificates, and awards, checked again: the newest half, and others."
        ),
    ] = SAMPLE_SIZE,
    seed: Seed = None,
) -> None:
    """Prove contracts against events, rights against contracts, postings against charges, feed and chain.

    Says which installation was proved and how much of it, lists every difference, and ends with status 1 if
    there is one, or if there is no installation. What is sold beyond capacity is listed too, and is no
    difference: the operator may leave less capacity than is sold.
    """


@commands.command("server.cli.settlement.verification:audit")
def audit(
    network: Annotated[str | None, typer.Option(help="Code of the only network looked at.")] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=0, max=COUNT_MAX, help="At most so many certificates, and awards; else all."),
    ] = None,
    seed: Seed = None,
) -> None:
    """Check all stored certificates and awards again, and hold all that was sold against its events.

    Certificates are counted by the independent checker on the network and rights they were made on; awards
    are decided again. Lists every difference with its place, and ends with status 1 if there is one, or if
    there is no installation.
    """


@ledger.command("server.cli.settlement.ledger:show_keys", name="key")
def show_keys() -> None:
    """Print the key that each log is signed with: those who check the logs must have it from you."""


@ledger.command("server.cli.settlement.ledger:write_checkpoints", name="checkpoints")
def write_checkpoints(output: Output, log: Log = LogName.LEDGER) -> None:
    """Write every kept checkpoint of a log, and the newest, in the format C2SP tlog-checkpoint."""


@ledger.command("server.cli.settlement.ledger:write_tiles", name="tiles")
def write_tiles(output: Output, log: Log = LogName.LEDGER) -> None:
    """Write a log as a folder in the layout C2SP tlog-tiles: any proof can be computed from it."""


@ledger.command("server.cli.settlement.ledger:write_feed", name="feed")
def write_feed(output: Output) -> None:
    """Write every entry with its record, one JSON object a line, for `linepack ledger verify`."""


@ledger.command("server.cli.settlement.ledger:write_proof", name="proof")
def write_proof(
    output: Output,
    entry: Annotated[int | None, typer.Option(min=1, max=ENTRY_MAX, help="The number of an entry.")] = None,
    verdict: Annotated[UUID | None, typer.Option(help="The id of a verdict.")] = None,
) -> None:
    """Write the proof that an entry or a verdict is in its log (C2SP tlog-proof), its record beside it."""
    if (entry is None) == (verdict is None):
        raise typer.BadParameter("give either --entry or --verdict")
    if output.suffix == RECORD_SUFFIX:
        raise typer.BadParameter(f"the record is written beside it with {RECORD_SUFFIX}: take another suffix")


@ledger.command("server.cli.settlement.ledger_check:verify", name="verify", on=On.NOTHING)
def verify(
    feed: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Entries, one JSON object a line.")],
    checkpoints: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Signed checkpoints.")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="Verifier key of the log; without one no signature is checked."),
    ] = None,
) -> None:
    """Compute the ledger anew from a feed and compare it with checkpoints; needs no installation.

    Ends with status 1 at the first fault, and names it.
    """


@ledger.command("server.cli.settlement.ledger_check:verify_proof", name="verify-proof", on=On.NOTHING)
def verify_proof(
    proof: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .tlog-proof file.")],
    recorded: Annotated[Path, typer.Option("--record", exists=True, dir_okay=False, help="What it proves.")],
    key: Keys,
) -> None:
    """Check that a record is in a log; needs no installation. Ends with status 1 when it is not proved."""


@ledger.command("server.cli.settlement.ledger_check:witness", name="witness", on=On.NOTHING)
def witness(
    address: Annotated[str, typer.Argument(help="Of the log: https://…/log/ledger")],
    state: Annotated[Path, typer.Option(dir_okay=False, help="Where you keep the checkpoints seen so far.")],
    key: Keys,
    also: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Checkpoints that others were shown; repeatable."),
    ] = None,
) -> None:
    """Look whether the log extends what it showed you and others before, and remember what it shows now.

    Run it as often as you like, from any machine. Ends with status 1, and names it, when the log has forked,
    was cut short, is set back, or shows others something else.
    """


@release_credits.command("server.cli.settlement.release_credits:default", name="default")
def record_default(
    contract: ContractCode,
    month: Month,
    amount: Amount = None,
    debtor: Debtor = None,
    key: IdempotencyKey = None,
) -> None:
    """Record that demand money was not paid: the releasing shipper's credit is taken back by as much."""


@release_credits.command("server.cli.settlement.release_credits:late", name="late")
def record_late(
    contract: ContractCode,
    month: Month,
    amount: Amount = None,
    debtor: Debtor = None,
    key: IdempotencyKey = None,
) -> None:
    """Record that the money came late: the releasing shipper is credited anew by as much."""


@release_credits.command("server.cli.settlement.release_credits:show", name="show")
def show_release_credits(
    contract: Annotated[
        str, typer.Argument(help="Code of a replacement contract or of the one released from.")
    ],
) -> None:
    """Show what is credited for replacement contracts, by gas month."""
