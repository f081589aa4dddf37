"""The commands on what operators set aside. `at` is the instant of the command, in UTC.

Setting aside is proved like a booking: beside all rights, to the level of the network's policy. It is proved
before the network's lock is taken, and again under it only if the network or the rights changed meanwhile.
"""

from datetime import datetime

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Decision, Verdict
from capacity.rights import holds
from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import SetAsideId, new_id
from linepack.problems import NotFound
from market.commands.access import require_operator
from market.commands.idempotency import answered_before, made_before
from market.holds.service import end_lapsed_set_asides
from market.marketplace import Marketplace
from market.primary.errors import CapacityExhausted, NotDecided
from market.primary.model import Alternatives
from market.set_asides import repository
from market.set_asides.events import SetAsideEnded, SetAsideMade
from market.set_asides.model import CapacitySetAside, SetAside, asked


async def set_aside(
    market: Marketplace, principal: Principal, command: SetAside, at: datetime
) -> CapacitySetAside:
    """Set firm capacity of the operator aside.

    Raises Forbidden, NotFound (another operator's network), CapacityExhausted, NotDecided, Conflict, or
    InvalidInput with every fault. The same key again returns what was set aside then.
    """
    published = await market.published(command.network_id)
    operator_id = require_operator(principal, published)
    async with market.database.read() as connection:
        if (earlier := await answered_before(connection, operator_id, command)) is not None:
            return await repository.get(connection, SetAsideId(earlier))
    set_aside_id = SetAsideId(new_id())
    before = await market.snapshots.current(command.network_id)
    request = asked(command, before.published, at)
    decision: Decision = await market.verifiers.verify(before, request, at)
    async with market.unit_of_work() as uow:
        await uow.lock_network(command.network_id)
        view = await market.snapshots.refreshed(uow.connection, command.network_id)
        if (earlier := await made_before(uow, operator_id, command, set_aside_id)) is not None:
            return await repository.get(uow.connection, SetAsideId(earlier))
        if view.rights.has_lapsed(at) and await end_lapsed_set_asides(uow, command.network_id, at):
            view = await market.snapshots.refreshed(uow.connection, command.network_id)
        if view.version != before.version:
            decision = await market.verifiers.decide(view, request, at, is_urgent=True)
        _require_feasible(decision)
        aside = CapacitySetAside(
            id=set_aside_id,
            network_id=view.published.id,
            operator_id=operator_id,
            route=request.route,
            period=request.period,
            quantity=request.quantity,
            reason=command.reason.strip(),
            until=command.until,
            set_at=at,
        )
        return await _write(uow, aside)


async def end_set_aside(
    market: Marketplace, principal: Principal, set_aside_id: SetAsideId
) -> CapacitySetAside:
    """Offer what was set aside again; ending it twice is ending it once.

    Raises Forbidden, NotFound (also for what another operator set aside).
    """
    async with market.unit_of_work() as uow:
        aside = await repository.get(uow.connection, set_aside_id)
        published = await market.published(aside.network_id)
        if require_operator(principal, published) != aside.operator_id:
            raise NotFound("set-aside", set_aside_id, path=("setAsideId",))
        await uow.lock_network(aside.network_id)
        if ended := await holds.end(uow, aside.purpose):
            uow.record(SetAsideEnded.of(ended))
        return aside.with_held([])


async def _write(uow: UnitOfWork, aside: CapacitySetAside) -> CapacitySetAside:
    await repository.insert(uow.connection, aside)
    taken = await holds.append(uow, [aside.hold])
    uow.record(SetAsideMade.of(aside))
    return aside.with_held(taken)


def _require_feasible(decision: Decision) -> None:
    verdict = decision if isinstance(decision, Verdict) else decision.explained(Explanation())
    if decision.outcome is Outcome.UNDECIDED:
        raise NotDecided(verdict)
    if not decision.is_feasible:
        raise CapacityExhausted(verdict, Alternatives())
