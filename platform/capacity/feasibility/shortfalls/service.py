"""The question what is sold beyond capacity, put to a network as it is now.

Proofs run off the event loop and never under the network's lock. Cuts are one question; pressures are asked
about one kind of gas day after another, so that a booking waits for one of them at most.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from capacity.feasibility.network_views import NetworkView, NetworkViews
from capacity.feasibility.questions.shortfall_search import DaysOfOneKind
from capacity.feasibility.shortfalls import repository
from capacity.feasibility.shortfalls.model import (
    Found,
    NetworkShortfalls,
    PressureShortfall,
    TouchedContract,
    Touching,
)
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.rights import ledger
from capacity.rights.balance import Balance, balance
from capacity.rights.model import Firmness, Movement, Route
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.database.connections import Database
from linepack.gasday import PERIOD_DAYS_MAX, GasDay, Period
from linepack.ids import ContractId, NetworkId, PartyId

ANSWER_S: Final = 12.0
"""How long an answer may take that someone waits for."""
CUTS_S: Final = 8.0
"""How long cuts may be sought: less than a process that is to end may take."""
STATE_S: Final = 4.0
"""How long the pressures of one kind of gas day may take: who books waits behind it."""


async def shortfalls(
    database: Database,
    snapshots: NetworkViews,
    verifiers: VerifierPool,
    network_id: NetworkId,
    period: Period,
    *,
    seconds: float = ANSWER_S,
) -> NetworkShortfalls:
    """Return what firm rights exceed over `period`, all of it: show no more than `seen_by`; raises NotFound.

    What is not proved within `seconds` is listed as undecided.
    """
    view = await snapshots.current(network_id)
    return await shortfalls_of(database, verifiers, view, period, seconds=seconds)


async def shortfalls_of(
    database: Database, verifiers: VerifierPool, view: NetworkView, period: Period, *, seconds: float
) -> NetworkShortfalls:
    """Return the same of a view."""
    deadline = Deadline(seconds)
    found = await verifiers.run(
        view.published,
        lambda verifier: verifier.views.shortfalls(view.rights, period, seconds=min(seconds, CUTS_S)),
    )
    pressures, undecided = await _pressures(verifiers, view, found.carried, deadline)
    undecided = [*found.undecided, *undecided]
    movements: list[Movement] = []
    codes: dict[ContractId, str] = {}
    if found.short or pressures or undecided:
        async with database.read() as connection:
            movements = await ledger.firm_during(
                connection, view.published.id, period, up_to=view.rights.version
            )
            codes = await repository.codes(connection, {one.contract_id for one in movements})

    def with_contracts() -> NetworkShortfalls:
        holdings = _Holdings(movements, codes)
        return NetworkShortfalls(
            published=view.published,
            rights_version=view.rights.version,
            period=period,
            cuts=holdings.touching(found.short),
            pressures=holdings.touching(pressures),
            undecided=holdings.touching(undecided),
        )

    return await asyncio.to_thread(with_contracts)


def days_ahead(view: NetworkView, today: GasDay) -> Period | None:
    """Return the gas days from `today` on which anything firm may be sold, None when there are none."""
    end = view.rights.end()
    if end is None or end <= today:
        return None
    return Period(today, min(end, today + timedelta(days=PERIOD_DAYS_MAX)))


async def _pressures(
    verifiers: VerifierPool, view: NetworkView, carried: Sequence[DaysOfOneKind], deadline: Deadline
) -> tuple[list[PressureShortfall], list[DaysOfOneKind]]:
    """Return which days carried otherwise lack pressure, and which are undecided."""
    short: list[PressureShortfall] = []
    undecided: list[DaysOfOneKind] = []
    if not view.published.policy.firm_level.has_pressures:
        return short, undecided
    for kind in carried:
        if not kind.routes:
            continue
        day = kind.periods[0].start
        try:
            seconds = min(deadline.left(), STATE_S)
            picture = await verifiers.run(
                view.published,
                lambda verifier: verifier.views.pressures(view.rights, day, seconds=seconds),  # noqa: B023
            )
        except LimitReached as unproved:
            undecided.append(DaysOfOneKind(kind.periods, kind.routes, str(unproved)))
            continue
        if picture.outcome is Outcome.INFEASIBLE:
            short.append(PressureShortfall(kind.periods, kind.routes, picture.shortage))
        elif picture.outcome is Outcome.UNDECIDED:
            undecided.append(DaysOfOneKind(kind.periods, kind.routes, picture.reason))
    return short, undecided


class _Holdings:
    """What each contract holds firm."""

    def __init__(self, movements: Iterable[Movement], codes: Mapping[ContractId, str]) -> None:
        self._codes = codes
        own: defaultdict[tuple[ContractId, PartyId], list[Movement]] = defaultdict(list)
        for movement in movements:
            own[movement.contract_id, movement.holder_id].append(movement)
        self._balances: dict[tuple[ContractId, PartyId], Balance] = {
            key: balance(moved) for key, moved in sorted(own.items())
        }

    def touching(self, every: Iterable[Found]) -> tuple[Touching[Found], ...]:
        """Return what was found with the contracts that it touches, in the order of their ids."""
        return tuple(
            Touching(found, found.periods, tuple(self._touched(found.periods, found.routes)))
            for found in every
        )

    def _touched(self, periods: Sequence[Period], routes: Sequence[Route]) -> Iterable[TouchedContract]:
        for (contract_id, holder_id), held in self._balances.items():
            for route in routes:
                for segment in held.get((route, Firmness.FIRM), ()):
                    for period in periods:
                        shared = segment.period.overlap(period)
                        if shared is not None:
                            yield TouchedContract(
                                contract_id,
                                self._codes[contract_id],
                                holder_id,
                                route,
                                shared,
                                segment.quantity,
                            )
