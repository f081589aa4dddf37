"""The commands of the market: booking, tariffs, values of indices, and capacity that is set aside."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from capacity.rights.model import Firmness, RouteKind
from server.cli.arguments import (
    DAY_SHOWN,
    SECONDS_MAX,
    Code,
    Delivery,
    End,
    EndIfAny,
    FirmnessOption,
    IdempotencyKey,
    Quantity,
    QuantityIfAny,
    Receipt,
    Start,
    StartIfAny,
    Wait,
    decimal,
    gas_day,
    instant,
    period_of,
)
from server.cli.commands import Commands, On

commands = Commands()
tariffs = Commands(about="What an operator charges for capacity.")
index_values = Commands(about="Values of published indices that prices follow.")
set_asides = Commands(about="Capacity that the operator of a network keeps back.")
clearings = Commands(about="Bids and offers for paths, cleared together against a network and awarded.")
credit = Commands(about="How much shippers may owe on a network, and what they owe.")
calculations = Commands(about="Calculations from a file; they store nothing and need no installation.")


@commands.command("server.cli.market.booking:book")
def book(
    network: Code,
    party: Annotated[str, typer.Option(help="Code of the shipper who books.")],
    start: StartIfAny = None,
    end: EndIfAny = None,
    quantity: QuantityIfAny = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV with the columns start, end and quantity, and receipt, delivery and firmness where "
            "they differ: all of its rows are booked, or none.",
        ),
    ] = None,
    receipt: Receipt = None,
    delivery: Delivery = None,
    firmness: FirmnessOption = Firmness.FIRM,
    key: IdempotencyKey = None,
) -> None:
    """Book capacity for a shipper at tariff, first come first served.

    A profile is another quantity for each of several periods, on one route or on several.
    """
    if profile is not None:
        if (start, end, quantity) != (None, None, None):
            raise typer.BadParameter("a profile has its own days and quantities")
    elif start is None or end is None or quantity is None:
        raise typer.BadParameter("give --start, --end and --quantity, or a --profile")
    else:
        period_of(start, end)


@tariffs.command("server.cli.market.tariffs:set_", name="set")
def set_tariff(
    network: Code,
    kind: Annotated[RouteKind, typer.Option(help="The kind of route it is for.")],
    flat: Annotated[
        Decimal | None,
        typer.Option(parser=decimal, metavar="NUMBER", help="The price of a unit on a gas day."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A price procedure in JSON, instead of --flat."),
    ] = None,
    firmness: FirmnessOption = Firmness.FIRM,
    receipt: Annotated[str | None, typer.Option(help="For this entry point only.")] = None,
    delivery: Annotated[str | None, typer.Option(help="For this exit point only.")] = None,
    valid_from: Annotated[
        date | None,
        typer.Option("--from", parser=gas_day, metavar=DAY_SHOWN, help="First gas day; today, if left out."),
    ] = None,
) -> None:
    """Publish a price; what is booked already keeps the price it was booked at."""
    if (flat is None) == (file is None):
        raise typer.BadParameter("give either --flat or --file")


@tariffs.command("server.cli.market.tariffs:list_", name="list")
def list_tariffs(network: Code) -> None:
    """List the tariffs of a network, the oldest first."""


@index_values.command("server.cli.market.index_values:publish", name="publish")
def publish_index_values(
    network: Code,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV with the columns index, day and value.")
    ],
) -> None:
    """Publish the values of a file, all of them or none; those published already change nothing.

    A further value for a gas day corrects the one before.
    """


@index_values.command("server.cli.market.index_values:show", name="show")
def show_index_values(
    network: Code,
    index: Annotated[str, typer.Argument(help="Name of the index.")],
    start: Start,
    end: End,
) -> None:
    """List the values of an index, each with those that it corrected."""
    period_of(start, end)


@set_asides.command("server.cli.market.set_asides:add", name="add")
def add_set_aside(
    network: Code,
    start: Start,
    end: End,
    quantity: Quantity,
    reason: Annotated[str, typer.Option(help="Why it is not for sale, in one line, for everyone.")],
    receipt: Receipt = None,
    delivery: Delivery = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=instant,
            metavar="YYYY-MM-DDTHH:MM",
            help="When it ends by itself, in UTC; if left out, never.",
        ),
    ] = None,
    key: IdempotencyKey = None,
) -> None:
    """Keep firm capacity of a network back; it counts as sold until it is ended."""
    period_of(start, end)


@set_asides.command("server.cli.market.set_asides:end", name="end")
def end_set_aside(
    set_aside: Annotated[UUID, typer.Argument(help="Id, as `linepack set-aside list` shows it.")],
) -> None:
    """Offer what was kept back again; ending twice ends once."""


@set_asides.command("server.cli.market.set_asides:list_", name="list")
def list_set_asides(network: Code) -> None:
    """Show what is kept back now, the newest first."""


ClearingArgument = Annotated[
    UUID, typer.Argument(metavar="CLEARING", help="Id, as `linepack clear list` shows it.")
]


@clearings.command("server.cli.market.network_clearings:open_", name="open")
def open_clearing(
    network: Code,
    start: Start,
    end: End,
    closes: Annotated[
        datetime,
        typer.Option(
            parser=instant,
            metavar="YYYY-MM-DDTHH:MM",
            help="Until when bids are taken, in UTC: two hours before the first gas day, or earlier.",
        ),
    ],
    reserve_price: Annotated[
        Decimal,
        typer.Option(
            parser=decimal, metavar="NUMBER", help="The least for a unit of free capacity on a gas day."
        ),
    ] = Decimal(0),
    seconds: Annotated[int, typer.Option(min=1, help="How long finding the award may take.")] = 60,
    gap: Annotated[
        Decimal,
        typer.Option(
            parser=decimal,
            metavar="NUMBER",
            help="By which share of the best an award may fall short: 0.01 for 1 %.",
        ),
    ] = Decimal(1),
    key: IdempotencyKey = None,
) -> None:
    """Take bids and offers for paths of a network, to be cleared together."""
    period_of(start, end)


@clearings.command("server.cli.market.network_clearings:bid")
def bid(
    clearing: ClearingArgument,
    party: Annotated[str, typer.Option(help="Code of the shipper who bids.")],
    start: Start,
    end: End,
    quantity: Quantity,
    price: Annotated[
        Decimal,
        typer.Option(
            parser=decimal,
            metavar="NUMBER",
            help="A buyer pays at most, a seller gets at least so much for a unit on a gas day.",
        ),
    ],
    receipt: Annotated[str | None, typer.Option(help="Where gas enters, to buy.")] = None,
    delivery: Annotated[str | None, typer.Option(help="Where gas exits, to buy.")] = None,
    contract: Annotated[UUID | None, typer.Option(help="Id of the contract to sell a part of.")] = None,
    minimum: Annotated[int, typer.Option(min=0, help="At least so much, or nothing.")] = 0,
    only_if: Annotated[
        UUID | None, typer.Option(help="Nothing, unless this bid of the shipper is awarded something.")
    ] = None,
    key: IdempotencyKey = None,
) -> None:
    """Bid to buy capacity on a path or, with a contract, offer a part of it; sealed until the close."""
    period_of(start, end)
    if (contract is None) == (receipt is None or delivery is None):
        raise typer.BadParameter("give --receipt and --delivery to buy, or --contract to sell")


@clearings.command("server.cli.market.network_clearings:withdraw", name="withdraw")
def withdraw_bid(
    bid: Annotated[UUID, typer.Argument(help="Id, as `linepack clear show` shows it.")],
) -> None:
    """Withdraw a bid before bids close."""


@clearings.command("server.cli.market.network_clearings:call_off", name="call-off")
def call_clearing_off(clearing: ClearingArgument) -> None:
    """Call a clearing off; its bids are lost, and what they held is free again."""


@clearings.command("server.cli.market.network_clearings:draft", name="draft")
def draft_clearing(clearing: ClearingArgument, wait: Wait = True) -> None:
    """Show what clearing the bids as they are now would award; nothing is awarded."""


@clearings.command("server.cli.market.network_clearings:award", name="award")
def award_clearing(clearing: ClearingArgument) -> None:
    """Award a clearing whose bids have closed; workers do it by themselves, unless they could not."""


@clearings.command("server.cli.market.network_clearings:list_", name="list")
def list_clearings(network: Code) -> None:
    """List the clearings of a network, the newest first."""


@clearings.command("server.cli.market.network_clearings:show", name="show")
def show_clearing(clearing: ClearingArgument) -> None:
    """Show the bids of a clearing, and what they were awarded and why."""


@clearings.command("server.cli.market.network_clearings:replay", name="replay")
def replay_clearing(clearing: ClearingArgument) -> None:
    """Clear the stored inputs of an award again; ends with status 1 where the outcome is another."""


@credit.command("server.cli.market.credit:limit", name="limit")
def set_credit_limit(
    network: Code,
    code: Annotated[str, typer.Argument(help="What the limit is called; set again, it takes effect anew.")],
    amount: Annotated[
        Decimal | None,
        typer.Option(parser=decimal, metavar="NUMBER", help="How much may be locked; left out, it ends."),
    ] = None,
    shipper: Annotated[str | None, typer.Option(help="Code of a shipper; if left out, for each.")] = None,
    framework: Annotated[str, typer.Option(help="The terms that the factor comes from.")] = "standard",
    factor: Annotated[
        Decimal, typer.Option(parser=decimal, metavar="NUMBER", help="By how much a duty counts.")
    ] = Decimal(1),
    kind: Annotated[RouteKind | None, typer.Option(help="For this kind of route only.")] = None,
    firmness: Annotated[Firmness | None, typer.Option(help="For this firmness only.")] = None,
    runtime: Annotated[
        str | None,
        typer.Option(help="For this standard length only: yearly, quarterly, monthly, daily, any."),
    ] = None,
    valid_from: Annotated[
        date | None,
        typer.Option("--from", parser=gas_day, metavar=DAY_SHOWN, help="First gas day; today, if left out."),
    ] = None,
) -> None:
    """Set how much shippers may owe; what they owe already stays.

    Factors for each product are set by the API.
    """


@credit.command("server.cli.market.credit:suspend", name="suspend")
def suspend_credit(
    network: Code,
    shipper: Annotated[str, typer.Argument(help="Code of the shipper.")],
    reason: Annotated[str, typer.Option(help="Why, in one line, for the shipper.")],
) -> None:
    """Let a shipper take on no new duty; it may still sell and pay."""


@credit.command("server.cli.market.credit:resume", name="resume")
def resume_credit(
    network: Code,
    shipper: Annotated[str, typer.Argument(help="Code of the shipper.")],
    reason: Annotated[str, typer.Option(help="Why, in one line, for the shipper.")],
) -> None:
    """Let a suspended shipper take on duties again."""


@credit.command("server.cli.market.credit:pay", name="pay")
def record_credit_payment(
    contract: Annotated[str, typer.Argument(help="Code of the contract that was paid for.")],
    amount: Annotated[
        Decimal,
        typer.Option(parser=decimal, metavar="NUMBER", help="What was paid; negative takes it back."),
    ],
    reference: Annotated[str, typer.Option(help="What the payment is found by.")],
    key: IdempotencyKey = None,
) -> None:
    """Record what was paid for a contract, which relieves the credit of its holder."""


@calculations.command("server.cli.market.credit:calculate", name="credit", on=On.NOTHING)
def calculate_credit(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Limits, duties and what is asked, in JSON; see the guide."
        ),
    ],
) -> None:
    """Check credit: every lock as a sum, and what would be the largest quantity to pass.

    A file is refused with all of its faults. Ends with status 1 where what is asked does not pass.
    """


@credit.command("server.cli.market.credit:show", name="show")
def show_credit(network: Code, shipper: Annotated[str, typer.Argument(help="Code of the shipper.")]) -> None:
    """Show the limits of a shipper, and every lock as a sum."""


@calculations.command("server.cli.market.clearing:clearing", on=On.NOTHING)
def clearing(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Network, rights outstanding and bids, in JSON; see the guide."
        ),
    ],
    seconds: Annotated[
        float, typer.Option(min=0.1, max=SECONDS_MAX, help="How long the clearing may take.")
    ] = 60.0,
) -> None:
    """Clear bids and offers for paths together against a network: awards, prices, payments and reasons.

    Nothing is awarded by it. A file is refused with all of its faults. Ends with status 1 where time ends the
    search, or the award was not proved.
    """
