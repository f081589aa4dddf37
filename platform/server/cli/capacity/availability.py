"""The commands `linepack availability` and `linepack verify`."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.verdicts.certificates import CURTAILMENT_SCALE
from capacity.feasibility.verdicts.descriptions import period_in_words
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks import repository as networks
from capacity.networks.policy import Level
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Firmness, Route
from linepack.access import Principal
from linepack.problems import Fault, InvalidInput
from server.cli.arguments import Code, Delivery, End, Quantity, Receipt, Start
from server.cli.capacity import nomination
from server.cli.session import console, period_of, run
from server.services import Services, finder_of, solver_of

WRAPPED = "interrupt- ible"
"""The one heading that wraps, so that the table fits on 80 columns."""

commands = typer.Typer()


@commands.command()
def availability(
    network: Code, start: Start, end: End, receipt: Receipt = None, delivery: Delivery = None
) -> None:
    """Show what a route offers on each gas day, and the level to which that is proved."""
    period = period_of(start.date(), end.date())

    async def command(services: Services, principal: Principal) -> None:
        view = await _view(services, network)
        route = _route(receipt, delivery)
        spans = await services.verifiers.run(
            view.published, lambda verifier: verifier.availability(view.rights, route, period)
        )
        unit = view.published.network.unit
        table = Table("gas days", "technical", "firm", WRAPPED, "available", "proved", box=None)
        for column in table.columns:
            column.no_wrap = column.header != WRAPPED
        for column in table.columns[1:5]:
            column.justify = "right"
        kept_back: list[str] = []
        for span in spans:
            figures = (span.technical, span.booked_firm, span.booked_interruptible, span.available)
            table.add_row(str(span.period), *(f"{figure:,}" for figure in figures), span.level.value)
            if span.set_aside:
                kept_back.append(f"{span.set_aside:,} are set aside by the operator on {span.period}")
        table.title = f"{route} on {network}, booked and available in {unit}"
        console.print(table)
        for line in kept_back:
            console.print(line, soft_wrap=True, highlight=False)

    run(command)


@commands.command()
def verify(
    network: Code,
    start: Start | None = None,
    end: End | None = None,
    quantity: Quantity | None = None,
    receipt: Receipt = None,
    delivery: Delivery = None,
    firmness: Annotated[Firmness, typer.Option(help="Firm or interruptible.")] = Firmness.FIRM,
    level: Annotated[
        Level | None, typer.Option(help="How far to prove it, if not as the network's policy demands.")
    ] = None,
    is_nomination: Annotated[
        bool, typer.Option("--nomination", help="Decide the published nomination, without any rights.")
    ] = False,
    scale: Annotated[float, typer.Option(min=0, help="Times the nomination.")] = 1.0,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long the nomination may take.")] = 10.0,
) -> None:
    """Check whether a booking could be transported, and if not, why; nothing is booked.

    With --nomination, whether the published nomination could be. Ends with status 1 when it could not.
    """
    if is_nomination:
        is_feasible = _verify_nomination(network, scale, level, seconds)
    elif start is None or end is None or quantity is None:
        raise typer.BadParameter("a booking needs --start, --end and --quantity")
    else:
        period = period_of(start.date(), end.date())
        is_feasible = _verify_booking(
            network, lambda: Request(_route(receipt, delivery), quantity, period, firmness), level
        )
    if not is_feasible:
        raise typer.Exit(1)


def _verify_booking(network: str, request: Callable[[], Request], level: Level | None) -> bool:
    is_feasible = False

    async def command(services: Services, principal: Principal) -> None:
        nonlocal is_feasible
        view = await _view(services, network)
        asked, at = request(), services.now()
        verdict = await services.verifiers.run(
            view.published, lambda verifier: verifier.verify(view.rights, asked, at, level=level)
        )
        _print_verdict(verdict, view.published)
        is_feasible = verdict.is_feasible

    run(command)
    return is_feasible


def _verify_nomination(network: str, scale: float, level: Level | None, seconds: float) -> bool:
    if level not in (None, Level.HYDRAULIC):
        raise typer.BadParameter("a nomination is decided at level hydraulic")
    is_feasible = False

    async def command(services: Services, principal: Principal) -> None:
        nonlocal is_feasible
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        solver = solver_of(services.settings)
        decision = nomination.decide(
            published.network, scale, solver, seconds, finder=finder_of(services.settings)
        )
        nomination.show(console, decision)
        is_feasible = decision.is_feasible

    run(command)
    return is_feasible


async def _view(services: Services, code: str) -> NetworkView:
    async with services.database.read() as connection:
        published = await networks.by_code(connection, code)
    return await services.snapshots.current(published.id)


def _route(receipt: str | None, delivery: str | None) -> Route:
    if receipt is None and delivery is None:
        raise InvalidInput([Fault("route", "name a receipt, a delivery or both")])
    return Route(receipt, delivery)


def _print_verdict(verdict: Verdict, published: PublishedNetwork) -> None:
    colour = "green" if verdict.is_feasible else "red"
    unit = published.network.unit
    demanded = f" ({verdict.demanded_level} is demanded)" if verdict.demanded_level is not None else ""
    console.print(
        f"[{colour}]{verdict.outcome.upper()}[/{colour}] at level {verdict.level}{demanded}, by "
        f"{verdict.solver} {verdict.solver_version}, revision {published.revision_number}, "
        f"rights {verdict.rights_version}"
    )
    if verdict.reason:
        console.print(verdict.reason)
    for proof in verdict.proofs:
        if proof.curtailment is not None:
            factor = proof.curtailment.factor / CURTAILMENT_SCALE
            spells = ", ".join(period_in_words(period) for period in proof.periods)
            console.print(f"  rights lack pressure already on {spells}: proved beside {factor:.2%} of them")
    for bottleneck in verdict.bottlenecks:
        console.print(f"  {bottleneck.text}", soft_wrap=True, highlight=False)
    for one in verdict.shortages:
        console.print(f"  {one.shortage.text}", soft_wrap=True, highlight=False)
    for found in verdict.largest:
        most = f"at most {found.quantity:,} {unit}"
        if found.quantity < found.bound:
            most = f"{found.quantity:,} {unit} verified, capacities allow {found.bound:,}"
        why = f": {found.limit.text}" if found.limit is not None else ""
        console.print(f"  {found.period}: {most}{why}", soft_wrap=True, highlight=False)
