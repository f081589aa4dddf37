"""The command `linepack shortfalls`, and what `linepack reconcile` says of what is sold beyond capacity."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.shortfalls import repository
from capacity.feasibility.shortfalls.model import (
    NetworkShortfalls,
    PressureShortfall,
    TouchedContract,
    Touching,
)
from capacity.feasibility.shortfalls.service import days_ahead, shortfalls_of
from capacity.feasibility.shortfalls.service import shortfalls as find
from capacity.feasibility.verdicts.descriptions import period_in_words
from capacity.networks import repository as networks
from linepack.access import Principal
from linepack.gasday import Period
from linepack.identity import repository as identity
from linepack.ids import PartyId
from linepack.problems import Problem
from schema.capacity.shortfalls import in_words
from server.cli.session import console, period_of, run
from server.services import Services

SECONDS_DEFAULT = 60.0

commands = typer.Typer()


@commands.command()
def shortfalls(
    network: Annotated[str, typer.Argument(help="Code of the network.")],
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First gas day.")],
    end: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Gas day after the last.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="How long the proofs may take.")] = SECONDS_DEFAULT,
) -> None:
    """List what is sold firm beyond capacity: days, cuts, units, and the contracts touched.

    Ends with status 0 whatever it finds: the operator may leave less capacity than is sold.
    """
    period = period_of(start.date(), end.date())

    async def command(services: Services, principal: Principal) -> None:
        network_id = await services.snapshots.id_of(network)
        found = await find(
            services.database, services.snapshots, services.verifiers, network_id, period, seconds=seconds
        )
        holders = await _holders(services, found)
        for cut in found.cuts:
            _say(in_words(cut, found.published.network.unit))
            _print_contracts(cut.contracts, holders)
        for pressure in found.pressures:
            _say(_pressure_in_words(pressure))
            _print_contracts(pressure.contracts, holders)
        for line in _undecided(found):
            _say(line)
        if not (found.cuts or found.pressures or found.undecided):
            _say(f"All that is sold firm on {network} is within capacity on {period}.")

    run(command)


async def print_ahead(services: Services) -> None:
    """Print, for every network, what is sold beyond capacity from today on."""
    async with services.database.read() as connection:
        known = await networks.list_networks(connection)
        failures = {
            one.network_id: one.failure for one in await repository.watched(connection, services.now())
        }
    for network in known:
        if (failure := failures.get(network.id)) is not None:
            _say(f"Not assessed: {network.code}: {failure}")
        try:
            view = await services.snapshots.current(network.id)
            _print_found(await _found_ahead(services, view))
        except Problem as problem:
            _say(f"Not assessed: {network.code}: {problem.message}")


async def _found_ahead(services: Services, view: NetworkView) -> NetworkShortfalls | None:
    period = days_ahead(view, view.published.network.clock.gas_day(services.now()))
    if period is None:
        return None
    return await shortfalls_of(services.database, services.verifiers, view, period, seconds=SECONDS_DEFAULT)


def _print_found(found: NetworkShortfalls | None) -> None:
    if found is None:
        return
    network = found.published.network
    lines = [in_words(cut, network.unit) for cut in found.cuts]
    lines += [_pressure_in_words(one) for one in found.pressures]
    for line in [*lines, *_undecided(found)]:
        _say(f"Sold beyond capacity: {network.code}: {line}")


def _pressure_in_words(lacking: Touching[PressureShortfall]) -> str:
    shortage = lacking.found.shortage
    where = "pressures cannot be kept" if shortage is None else shortage.text
    return f"{where} on {_days(lacking.periods)}, when all that is sold firm is used at once"


def _undecided(found: NetworkShortfalls) -> list[str]:
    return [f"not proved in time on {_days(own.periods)}: {own.found.reason}" for own in found.undecided]


def _days(periods: Iterable[Period]) -> str:
    return ", ".join(period_in_words(period) for period in periods)


async def _holders(services: Services, found: NetworkShortfalls) -> dict[PartyId, str]:
    ids = {contract.holder_id for cut in found.cuts for contract in cut.contracts}
    ids |= {contract.holder_id for pressure in found.pressures for contract in pressure.contracts}
    async with services.database.read() as connection:
        parties = await identity.parties_by_id(connection, list(ids))
    return {party_id: party.code for party_id, party in parties.items()}


def _print_contracts(contracts: Iterable[TouchedContract], holders: dict[PartyId, str]) -> None:
    for one in contracts:
        days = period_in_words(one.period)
        _say(f"  {one.contract_code}  {holders[one.holder_id]}  {one.route}  {one.units:,} on {days}")


def _say(line: str) -> None:
    console.print(escape(line), soft_wrap=True, highlight=False)
