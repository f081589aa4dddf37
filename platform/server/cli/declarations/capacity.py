"""The commands on networks, what they carry and what is sold on them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from capacity.networks.model import OverlayKind
from capacity.networks.overlays import FACTOR_MAX
from capacity.networks.policy import DEADLINE_MAX_S, DEADLINE_MIN_S, Level, WhenUndecided
from capacity.rights.model import QUANTITY_MAX, Firmness, RouteKind
from linepack.limits import VALIDATION_S_MAX
from linepack.money import Currency
from server.cli.arguments import (
    DAY_SHOWN,
    SECONDS_MAX,
    Code,
    Day,
    Delivery,
    EdgeRoleName,
    End,
    EndIfAny,
    FirmnessOption,
    IdempotencyKey,
    QuantityIfAny,
    Receipt,
    Scale,
    Start,
    StartIfAny,
    Wait,
    decimal,
    gas_day,
    numbers,
    period_of,
)
from server.cli.commands import Commands, On

commands = Commands()
networks = Commands(about="The networks that are published here.")
overlays = Commands(about="Maintenance, seasons and derating: dated changes of what an edge carries.")

DayIfAny = Annotated[
    date | None,
    typer.Option("--day", parser=gas_day, metavar=DAY_SHOWN, help="A gas day, with all firm rights used."),
]


class ExportFormat(StrEnum):
    """The formats a network can be written in."""

    NATIVE = "native"
    GEOJSON = "geojson"


@commands.command("server.cli.capacity.networks:import_", name="import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A GasLib .zip or .net, MATGAS .m, .geojson or native .json file, or a shipped network."
        ),
    ],
    operator: Annotated[str, typer.Option(help="Code of the operator that runs the network.")],
    currency: Annotated[
        Currency | None, typer.Option(help="What capacity of a new network is paid in; EUR, if left out.")
    ] = None,
    firm_level: Annotated[
        Level | None,
        typer.Option(help="How far firm rights on a new network are proved; robust, if left out."),
    ] = None,
    is_gauge: Annotated[
        bool,
        typer.Option("--gauge", help="Pressures of the file are gauge; absolute, if left out or if it says."),
    ] = False,
    is_trial: Annotated[
        bool,
        typer.Option("--trial", help="Publish nothing: say what would be, and what is assumed or left out."),
    ] = False,
) -> None:
    """Import a network, or publish the next revision of one of the operator's; all faults are listed.

    A revision keeps the currency and the level of the network; `linepack policy` changes the level.
    """


@commands.command("server.cli.capacity.networks:export")
def export(
    code: Code,
    target: Annotated[Path | None, typer.Argument(help="File to write, if not standard output.")] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="Format.")] = ExportFormat.NATIVE,
) -> None:
    """Write the revision in force of a network."""


@commands.command("server.cli.capacity.networks:policy")
def policy(
    code: Code,
    firm_level: Annotated[Level | None, typer.Option(help="How far firm rights are proved.")] = None,
    interruptible_level: Annotated[
        Level | None, typer.Option(help="How far interruptible rights are proved.")
    ] = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            min=DEADLINE_MIN_S, max=DEADLINE_MAX_S, help="Seconds that the proof of a request may take."
        ),
    ] = None,
    when_undecided: Annotated[
        WhenUndecided | None, typer.Option(help="What becomes of a request whose pressures are undecided.")
    ] = None,
) -> None:
    """Show how far rights on a network are proved before they are sold, and change what is given."""


@networks.command("server.cli.capacity.networks:list_networks", name="list")
def list_networks() -> None:
    """List the networks that are published here."""


@networks.command("server.cli.capacity.networks:points", name="points")
def points(code: Code) -> None:
    """List the points of a network at which capacity is sold, with their limits."""


@overlays.command("server.cli.capacity.overlays:set_", name="set")
def set_overlay(
    network: Code,
    edge: Annotated[str, typer.Argument(help="Id of the edge.")],
    start: Start,
    end: End,
    factor: Annotated[
        float, typer.Option(min=0, max=FACTOR_MAX, help="Times its capacity, both ways; 0 closes it.")
    ],
    reason: Annotated[str, typer.Option(help="Why, in one line, for everyone.")],
    kind: Annotated[OverlayKind, typer.Option(help="What it is.")] = OverlayKind.MAINTENANCE,
    key: IdempotencyKey = None,
) -> None:
    """Change what an edge carries on some gas days; rights sold already are not moved by it."""
    period_of(start, end)


@overlays.command("server.cli.capacity.overlays:list_", name="list")
def list_overlays(network: Code) -> None:
    """List the overlays in force on a network, the oldest first."""


@overlays.command("server.cli.capacity.overlays:withdraw", name="withdraw")
def withdraw_overlay(
    overlay: Annotated[UUID, typer.Argument(help="Id, as `linepack overlay list` shows it.")],
) -> None:
    """Take an overlay out of force; doing so again changes nothing."""


@commands.command("server.cli.capacity.interruptible:interruptible")
def interruptible(
    code: Code,
    kind: Annotated[
        RouteKind | None, typer.Option(help="State something: about which kind of route.")
    ] = None,
    receipt: Annotated[str | None, typer.Option(help="The entry point; every one, if left out.")] = None,
    delivery: Annotated[str | None, typer.Option(help="The exit point; every one, if left out.")] = None,
    quantity: Annotated[
        int | None, typer.Option(min=0, max=QUANTITY_MAX, help="Whole units on sale.")
    ] = None,
    share: Annotated[
        Decimal | None,
        typer.Option(parser=decimal, metavar="NUMBER", help="On sale: this share of the technical capacity."),
    ] = None,
    valid_from: Annotated[
        date | None,
        typer.Option("--from", parser=gas_day, metavar=DAY_SHOWN, help="First gas day; today, if left out."),
    ] = None,
) -> None:
    """Show how much interruptible capacity is on sale on a network, and state more.

    With --kind, neither a quantity nor a share ends what was stated before.
    """
    if kind is None and any(one is not None for one in (receipt, delivery, quantity, share, valid_from)):
        raise typer.BadParameter("say with --kind which kind of route this is about")


@commands.command("server.cli.capacity.availability:availability")
def availability(
    network: Code,
    start: Start,
    end: End,
    receipt: Receipt = None,
    delivery: Delivery = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every route that is sold firm, as far as it is known at once.")
    ] = False,
    kind: Annotated[
        RouteKind | None, typer.Option(help="With --all: only entries, only exits or only paths.")
    ] = None,
) -> None:
    """Show what a route offers on each gas day, and the level to which that is proved; or what all offer."""
    period_of(start, end)
    if every and (receipt, delivery) != (None, None):
        raise typer.BadParameter("give either --all or a route")
    if kind is not None and not every:
        raise typer.BadParameter("--kind goes with --all")


@commands.command("server.cli.capacity.positions:positions_of")
def positions(
    network: Code,
    party: Annotated[str, typer.Option(help="Code of the party whose rights are shown.")],
    start: Start,
    end: End,
    receipt: Receipt = None,
    delivery: Delivery = None,
    firmness: Annotated[
        Firmness | None, typer.Option(help="Only firm, or only interruptible, rights.")
    ] = None,
) -> None:
    """Show what a party has on each route: acquired, traded, released, listed, held and free.

    With --receipt or --delivery, on that route only.
    """
    period_of(start, end)
    if receipt is not None and receipt == delivery:
        raise typer.BadParameter("a route needs two different ends")


@commands.command("server.cli.capacity.availability:verify")
def verify(
    network: Code,
    start: StartIfAny = None,
    end: EndIfAny = None,
    quantity: QuantityIfAny = None,
    receipt: Receipt = None,
    delivery: Delivery = None,
    firmness: FirmnessOption = Firmness.FIRM,
    level: Annotated[
        Level | None, typer.Option(help="How far to prove it, if not as the network's policy demands.")
    ] = None,
    is_nomination: Annotated[
        bool, typer.Option("--nomination", help="Decide the published nomination, without any rights.")
    ] = False,
    scale: Scale = 1.0,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long the nomination may take.")
    ] = 10.0,
) -> None:
    """Check whether a booking could be transported, and if not, why; nothing is booked.

    With --nomination, whether the published nomination could be. Ends with status 1 when it could not.
    """
    if is_nomination:
        if level not in (None, Level.HYDRAULIC):
            raise typer.BadParameter("a nomination is decided at level hydraulic")
    elif start is None or end is None or quantity is None:
        raise typer.BadParameter("a booking needs --start, --end and --quantity")
    else:
        period_of(start, end)


@commands.command("server.cli.capacity.shortfalls:shortfalls")
def shortfalls(
    network: Code,
    start: Start,
    end: End,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long the proofs may take.")
    ] = 60.0,
) -> None:
    """List what is sold firm beyond capacity: days, cuts, units, and the contracts touched.

    Ends with status 0 whatever it finds: the operator may leave less capacity than is sold.
    """
    period_of(start, end)


@commands.command("server.cli.capacity.tracking:track")
def track(
    network: Code,
    from_node: Annotated[str, typer.Option("--from", metavar="NODE", help="Where the way starts.")],
    to_node: Annotated[str, typer.Option("--to", metavar="NODE", help="Where it ends.")],
    via: Annotated[
        list[str] | None, typer.Option(metavar="NODE", help="A node to pass; repeat it for more, in order.")
    ] = None,
    day: DayIfAny = None,
    is_nomination: Annotated[
        bool, typer.Option("--nomination", help="The published nomination, without any rights.")
    ] = False,
    scale: Scale = 1.0,
    price: Annotated[
        list[str] | None, typer.Option(metavar="NODE=NUMBER", help="Price of a MWh that enters at a node.")
    ] = None,
    calorific_value: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=NUMBER", help="kWh/Nm³ of what enters; the network's, if left out."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long the state may be searched for.")
    ] = 10.0,
) -> None:
    """Show whose gas passes the way between two nodes, at what pressure, and what it has cost.

    Without the price of all gas that passes a node its cost is not known. Where gas takes several ways, the
    nodes are listed of which --via should name one. Ends with status 1 when there is nothing to track.
    """
    if (day is None) == (not is_nomination):
        raise typer.BadParameter("name a gas day with --day, or --nomination")
    numbers([*(price or ()), *(calorific_value or ())])


@commands.command("server.cli.capacity.validation:validate")
def validate(
    network: Code,
    day: Day,
    seconds: Annotated[
        int, typer.Option(min=1, max=VALIDATION_S_MAX, help="More time makes the interval narrower.")
    ] = 60,
    wait: Wait = True,
) -> None:
    """Find out by how much the firm rights of a gas day may grow until some nomination loses its pressures.

    A worker runs it; if none takes it within seconds, this command does, unless it is not to wait.
    Ends with status 1 when there is no result.
    """


@commands.command("server.cli.capacity.contracts:contract", on=On.NOTHING)
def contract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A contract network in JSON.")],
    day: Annotated[
        date,
        typer.Option(parser=gas_day, metavar=DAY_SHOWN, help="The gas day whose prices count."),
    ],
    metered: Annotated[
        str | None,
        typer.Option(help="Units metered at its end. Without it, what its meters demand is bought."),
    ] = None,
    overrun_factor: Annotated[str, typer.Option(help="Times the last unit's price, beyond all bands.")] = "1",
    index: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of an index; may be repeated.")] = None,
    calorific_value: Annotated[str | None, typer.Option(help="Of the gas, kWh per normal m³.")] = None,
    role: Annotated[EdgeRoleName, typer.Option(help="Which edges are read.")] = EdgeRoleName.ACCOUNTING,
) -> None:
    """Plan what a contract network buys, in the order of prices, or bill what was metered, in that of ranks.

    Sub-networks are opened, and edges side by side or one after the other merged, before bands are filled.
    Ends with status 1 for a network that has faults or does not form one line of supply.
    """
