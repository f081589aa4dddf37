"""The commands on networks: `linepack import`, `linepack export` and `linepack policy`."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from capacity.networks import repository
from capacity.networks.formats import geojson, native, recognise
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.publication import catalogue
from capacity.publication.service import (
    ImportNetwork,
    PublishRevision,
    SetPolicy,
    import_network,
    publish_revision,
    set_policy,
)
from linepack.access import Principal
from linepack.money import Currency
from linepack.problems import NotFound
from server.cli.session import console, party_of, run
from server.services import Services

commands = typer.Typer()


class ExportFormat(StrEnum):
    """The formats a network can be written in."""

    NATIVE = "native"
    GEOJSON = "geojson"


_WRITERS = {ExportFormat.NATIVE: native.write, ExportFormat.GEOJSON: geojson.write}


@commands.command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A GasLib .zip or .net, MATGAS .m, .geojson or native .json file, or a shipped network."
        ),
    ],
    operator: Annotated[str, typer.Option(help="Code of the company that runs the network.")],
    currency: Annotated[Currency, typer.Option(help="What capacity is paid in.")] = Currency.EUR,
    firm_level: Annotated[Level, typer.Option(help="How far firm rights are proved.")] = Level.ROBUST,
) -> None:
    """Import a network, or publish the next revision of one that is there; all faults are listed."""

    async def command(services: Services, principal: Principal) -> None:
        network = catalogue.load(source) if source in catalogue.codes() else recognise.read(Path(source))
        company = await party_of(services, operator)
        async with services.database.read() as connection:
            try:
                known = await repository.by_code(connection, network.code)
            except NotFound:
                known = None
        caller = services.market.caller(principal, services.now())
        if known is None:
            new = ImportNetwork(
                network=network,
                currency=currency,
                policy=Policy(firm_level=firm_level),
                operator_id=company.id,
            )
            published = await caller.run(import_network, new)
        else:
            following = PublishRevision(network_id=known.id, network=network)
            published = await caller.run(publish_revision, following)
        console.print(
            f"{published.network.code}: revision {published.revision_number}, "
            f"{len(network.nodes)} nodes, {len(network.edges)} edges, in {network.unit}"
        )
        for note in network.notes:
            console.print(f"  {note}", soft_wrap=True, highlight=False)

    run(command)


@commands.command()
def export(
    code: Annotated[str, typer.Argument(help="Code of the network.")],
    target: Annotated[Path | None, typer.Argument(help="File to write, if not standard output.")] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="Format.")] = ExportFormat.NATIVE,
) -> None:
    """Write the revision in force of a network."""

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await repository.by_code(connection, code)
        content = _WRITERS[form](published.network)
        if target is None:
            typer.echo(content.decode(), nl=False)
        else:
            target.write_bytes(content)
            console.print(f"{target}: {len(content):,} bytes")

    run(command)


@commands.command()
def policy(
    code: Annotated[str, typer.Argument(help="Code of the network.")],
    firm_level: Annotated[Level | None, typer.Option(help="How far firm rights are proved.")] = None,
    interruptible_level: Annotated[
        Level | None, typer.Option(help="How far interruptible rights are proved.")
    ] = None,
    deadline: Annotated[
        float | None, typer.Option(help="Seconds that the proof of a request may take.")
    ] = None,
    when_undecided: Annotated[
        WhenUndecided | None, typer.Option(help="What becomes of a request whose pressures are undecided.")
    ] = None,
) -> None:
    """Show how far rights on a network are proved before they are sold, and change what is given."""
    given = {
        "firm_level": firm_level,
        "interruptible_level": interruptible_level,
        "deadline_s": deadline,
        "when_undecided": when_undecided,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await repository.by_code(connection, code)
        if changes:
            changed = replace(published.policy, **changes)
            caller = services.market.caller(principal, services.now())
            published = await caller.run(set_policy, SetPolicy(published.id, changed))
        shown = published.policy
        console.print(f"firm rights are proved to level {shown.firm_level}")
        console.print(f"interruptible rights to level {shown.interruptible_level}")
        console.print(f"within {shown.deadline_s:g} s; when pressures are undecided: {shown.when_undecided}")

    run(command)
