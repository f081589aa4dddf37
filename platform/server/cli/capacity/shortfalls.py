"""The command `linepack shortfalls`, and what `linepack reconcile` says of what is sold beyond capacity."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

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
from linepack.gasday import Period
from linepack.identity import repository as identity
from linepack.ids import PartyId
from linepack.problems import Problem
from schema.capacity.shortfalls import in_words
from server.cli.answers import Answer
from server.cli.arguments import period_of
from server.cli.session import Session
from server.services import Services

SECONDS_DEFAULT = 60.0

Holders = Mapping[PartyId, str]
"""The codes of parties."""


async def shortfalls(session: Session, *, network: str, start: date, end: date, seconds: float) -> Answer:
    """List what is sold firm beyond capacity."""
    period = period_of(start, end)
    services = session.services
    network_id = await services.snapshots.id_of(network)
    found = await find(
        services.database, services.snapshots, services.verifiers, network_id, period, seconds=seconds
    )
    holders = await _holders(services, found)
    lines = list(_lines(found, holders))
    if not lines:
        lines.append(f"All that is sold firm on {network} is within capacity on {period}.")
    return Answer.of(_values(found, holders), *lines)


async def ahead(services: Services) -> list[str]:
    """Return, for every network, what is sold beyond capacity from today on."""
    async with services.database.read() as connection:
        known = await networks.list_networks(connection)
        watched = await repository.watched(connection, services.now())
    failures = {one.network_id: one.failure for one in watched}
    lines = []
    for network in known:
        if (failure := failures.get(network.id)) is not None:
            lines.append(f"Not assessed: {network.code}: {failure}")
        try:
            view = await services.snapshots.current(network.id)
            lines += _beyond(await _found_ahead(services, view))
        except Problem as problem:
            lines.append(f"Not assessed: {network.code}: {problem.message}")
    return lines


async def _found_ahead(services: Services, view: NetworkView) -> NetworkShortfalls | None:
    period = days_ahead(view, view.published.network.clock.gas_day(services.now()))
    if period is None:
        return None
    return await shortfalls_of(services.database, services.verifiers, view, period, seconds=SECONDS_DEFAULT)


def _beyond(found: NetworkShortfalls | None) -> Iterator[str]:
    if found is None:
        return
    network = found.published.network
    yield from (f"Sold beyond capacity: {network.code}: {in_words(cut, network.unit)}" for cut in found.cuts)
    for line in [*map(_pressure_in_words, found.pressures), *_undecided(found)]:
        yield f"Sold beyond capacity: {network.code}: {line}"


def _lines(found: NetworkShortfalls, holders: Holders) -> Iterator[str]:
    for cut in found.cuts:
        yield in_words(cut, found.published.network.unit)
        yield from _contract_lines(cut.contracts, holders)
    for pressure in found.pressures:
        yield _pressure_in_words(pressure)
        yield from _contract_lines(pressure.contracts, holders)
    yield from _undecided(found)


def _contract_lines(contracts: Iterable[TouchedContract], holders: Holders) -> Iterator[str]:
    for one in contracts:
        days = period_in_words(one.period)
        yield f"  {one.contract_code}  {holders[one.holder_id]}  {one.route}  {one.units:,} on {days}"


def _values(found: NetworkShortfalls, holders: Holders) -> dict[str, object]:
    unit = found.published.network.unit
    cuts = [(in_words(cut, unit), cut.periods, cut.contracts) for cut in found.cuts]
    pressures = [(_pressure_in_words(one), one.periods, one.contracts) for one in found.pressures]
    return {
        "unit": unit,
        "period": found.period,
        "level": found.level,
        "cuts": [_touching(*one, holders) for one in cuts],
        "pressures": [_touching(*one, holders) for one in pressures],
        "undecided": [{"reason": one.found.reason, "periods": one.periods} for one in found.undecided],
    }


def _touching(
    text: str, periods: Iterable[Period], contracts: Iterable[TouchedContract], holders: Holders
) -> dict[str, object]:
    touched = [
        {
            "contract": one.contract_code,
            "holder": holders[one.holder_id],
            "route": str(one.route),
            "period": one.period,
            "units": one.units,
        }
        for one in contracts
    ]
    return {"text": text, "periods": periods, "contracts": touched}


def _pressure_in_words(lacking: Touching[PressureShortfall]) -> str:
    shortage = lacking.found.shortage
    where = "pressures cannot be kept" if shortage is None else shortage.text
    return f"{where} on {_days(lacking.periods)}, when all that is sold firm is used at once"


def _undecided(found: NetworkShortfalls) -> list[str]:
    return [f"not proved in time on {_days(own.periods)}: {own.found.reason}" for own in found.undecided]


def _days(periods: Iterable[Period]) -> str:
    return ", ".join(period_in_words(period) for period in periods)


async def _holders(services: Services, found: NetworkShortfalls) -> Holders:
    ids = {contract.holder_id for cut in found.cuts for contract in cut.contracts}
    ids |= {contract.holder_id for pressure in found.pressures for contract in pressure.contracts}
    async with services.database.read() as connection:
        parties = await identity.parties_by_id(connection, list(ids))
    return {party_id: party.code for party_id, party in parties.items()}
