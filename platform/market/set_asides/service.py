"""The commands on what operators set aside, carried out.

Setting aside is proved like a booking: beside all rights, to the level of the network's policy. It is proved
before the network's lock is taken, and again under it only if the network or the rights changed meanwhile.
"""

from datetime import datetime

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Decision, Verdict
from capacity.rights import holds
from capacity.rights.model import Purpose
from linepack.access import Scope
from linepack.commands.handling import handles, made_already, made_before
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import NetworkId, SetAsideId
from linepack.problems import NotFound
from market.commands.access import require_operator
from market.context import MarketCaller, MarketContext
from market.errors import CapacityExhausted, NotDecided
from market.set_asides import repository
from market.set_asides.events import SetAsideEnded, SetAsideMade
from market.set_asides.model import CapacitySetAside, EndSetAside, SetAside, asked


@handles(Scope.OPERATE)
async def set_aside(command: SetAside, caller: MarketCaller) -> CapacitySetAside:
    """Set firm capacity of the operator aside.

    Raises Forbidden, NotFound (another operator's network), CapacityExhausted, NotDecided, Conflict, or
    InvalidInput with every fault. The same key again returns what was set aside then.
    """
    networks = caller.market.networks
    require_operator(caller, await networks.published(command.network_id))
    async with caller.market.database.read() as connection:
        if (earlier := await made_already(command, caller, connection)) is not None:
            return await repository.get(connection, SetAsideId(earlier))
    before = await networks.current(command.network_id)
    request = asked(command, before.published, caller.at)
    verifiers = caller.market.verifiers
    decision: Decision = await verifiers.verify(before, request, caller.at)
    async with caller.transaction() as context:
        await context.lock_network(command.network_id)
        view = await networks.refreshed(context.connection, command.network_id)
        set_aside_id = SetAsideId(context.new_id())
        if (earlier := await made_before(command, context, set_aside_id)) is not None:
            return await repository.get(context.connection, SetAsideId(earlier))
        if view.rights.has_lapsed(context.at) and await end_lapsed(
            context.uow, command.network_id, context.at
        ):
            view = await networks.refreshed(context.connection, command.network_id)
        if view.version != before.version:
            decision = await verifiers.decide(view, request, context.at, is_urgent=True)
        _require_feasible(decision)
        aside = CapacitySetAside(
            id=set_aside_id,
            network_id=view.published.id,
            operator_id=context.party_id,
            route=request.route,
            period=request.period,
            quantity=request.quantity,
            reason=command.reason.strip(),
            until=command.until,
            set_at=context.at,
        )
        await repository.insert(context.connection, aside)
        taken = await holds.append(context.uow, [aside.hold])
        context.uow.record(SetAsideMade.of(aside))
        return aside.with_held(taken)


@handles(Scope.OPERATE)
async def end_set_aside(command: EndSetAside, context: MarketContext) -> CapacitySetAside:
    """Offer what was set aside again; ending it twice is ending it once.

    Raises Forbidden, NotFound (also for what another operator set aside).
    """
    aside = await repository.get(context.connection, command.set_aside_id)
    published = await context.market.published(aside.network_id)
    if require_operator(context, published) != aside.operator_id:
        raise NotFound("set-aside", command.set_aside_id, path=("setAsideId",))
    await context.lock_network(aside.network_id)
    await _end(context.uow, aside.purpose)
    return aside.with_held([])


async def end_lapsed(uow: UnitOfWork, network_id: NetworkId, at: datetime) -> int:
    """End what the operator set aside until an instant that is over; the network's lock is held."""
    lapsed = await holds.overdue_of_operator(uow.connection, network_id, at)
    return sum([await _end(uow, purpose) for purpose in lapsed])


async def _end(uow: UnitOfWork, purpose: Purpose) -> bool:
    """End what is set aside, and say so; return whether anything was."""
    if ended := await holds.end(uow, purpose):
        uow.record(SetAsideEnded.of(ended))
    return bool(ended)


def _require_feasible(decision: Decision) -> None:
    verdict = decision if isinstance(decision, Verdict) else decision.explained(Explanation())
    if decision.outcome is Outcome.UNDECIDED:
        raise NotDecided(verdict)
    if not decision.is_feasible:
        raise CapacityExhausted(verdict)
