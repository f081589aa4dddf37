"""Publication: what an operator does with its networks: import, publish, overlay, withdraw.

Only the operator of a network changes it; for every other party it is not found. Every command takes the
network's lock first, because what it changes decides which rights can be sold. A change may leave less
capacity than is sold: that is the operator's decision (maintenance happens), and no right is moved by it.
"""

import asyncio
import math
from dataclasses import dataclass, field
from uuid import UUID

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks import repository
from capacity.networks.formats import native
from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import FACTOR_MAX
from capacity.networks.physics import with_capacities
from capacity.networks.policy import Policy
from capacity.networks.pressure_limits import require_consistent
from capacity.networks.repository import PublishedNetwork, Revision, SetOverlay
from capacity.networks.validation import PROSE_LENGTH_MAX, is_plain, require_sound
from capacity.publication.events import NetworkPublished, OverlaySet, OverlayWithdrawn, PolicySet
from linepack.access import Principal, Role, Scope
from linepack.commands.handling import Context, IdempotentCommand, handles
from linepack.commands.idempotency import Claim, claim, claim_key
from linepack.ids import NetworkId, OverlayId, PartyId, RevisionId
from linepack.money import Currency
from linepack.problems import Conflict, Fault, InvalidInput, NotFound


class NetworkCodeTaken(Conflict):
    """Another network has this code already; codes are unique on the platform."""

    code = "NETWORK_CODE_TAKEN"

    def __init__(self, network_code: str) -> None:
        super().__init__(f"there is a network {network_code!r} already", path=("code",))
        self.network_code = network_code


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportNetwork:
    """Put a network that a reader returned onto the platform, as its first revision.

    `operator_id` None is the principal's own party; only an administrator names another.
    """

    network: Network
    currency: Currency
    policy: Policy = field(default_factory=Policy)
    operator_id: PartyId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRevision:
    """Publish a network's next revision."""

    network_id: NetworkId
    network: Network


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Demand other levels of proof for what is sold from now on."""

    network_id: NetworkId
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOverlay(IdempotentCommand):
    """Change one edge's capacity for a while."""

    network_id: NetworkId
    overlay: Overlay

    def claim(self, party_id: PartyId) -> Claim:
        """Return the claim that this command makes; its operation and request are those that are stored."""
        overlay = self.overlay
        request = {
            "network_id": str(self.network_id),
            "edge_id": overlay.edge_id,
            "kind": overlay.kind.value,
            "period": {"start": overlay.period.start.isoformat(), "end": overlay.period.end.isoformat()},
            "factor": repr(overlay.factor),
            "reason": overlay.reason,
        }
        return claim(party_id=party_id, operation="set_overlay", key=self.idempotency_key, request=request)


@dataclass(frozen=True, slots=True)
class WithdrawOverlay:
    """Take an overlay out of force."""

    overlay_id: OverlayId


def prepared(network: Network) -> Revision:
    """Return the network as it is stored, with a capacity on every pipe; raises InvalidInput."""
    require_sound(network)
    require_consistent(network)
    complete = with_capacities(network)
    return Revision(complete, native.write(complete), native.content_hash(complete))


@handles(Scope.OPERATE)
async def import_network(command: ImportNetwork, context: Context) -> PublishedNetwork:
    """Add a network; raises NetworkCodeTaken, InvalidInput, Forbidden."""
    operator_id = _operator(context.principal, command.operator_id)
    stored = await asyncio.to_thread(prepared, command.network)
    await asyncio.to_thread(_require_physics, command.policy, stored.network)
    network_id = NetworkId(context.new_id())
    await context.uow.lock_network(network_id)
    is_free = await repository.insert_network(
        context.connection,
        network_id,
        stored.network.code,
        operator_id=operator_id,
        currency=command.currency,
        policy=command.policy,
        at=context.at,
    )
    if not is_free:
        raise NetworkCodeTaken(stored.network.code)
    return await _publish(context, network_id, 1, stored)


@handles(Scope.OPERATE)
async def publish_revision(command: PublishRevision, context: Context) -> PublishedNetwork:
    """Publish the next revision; the same content again changes nothing. Raises NotFound, InvalidInput.

    Rights are counted in the network's unit and gas days and name its points: none of these may go.
    """
    stored = await asyncio.to_thread(prepared, command.network)
    current = await owned_and_locked(context, command.network_id)
    _check_continuity(current.network, stored.network)
    await asyncio.to_thread(_require_physics, current.policy, stored.network)
    if native.content_hash(current.network) == stored.content_hash:
        return current
    return await _publish(context, current.id, current.revision_number + 1, stored)


@handles(Scope.OPERATE)
async def set_policy(command: SetPolicy, context: Context) -> PublishedNetwork:
    """Set a network's policy.

    Raises NotFound, Forbidden, and InvalidInput where it demands pressures of a network without the physics.
    """
    current, policy = await owned_and_locked(context, command.network_id), command.policy
    if current.policy == policy:
        return current
    await asyncio.to_thread(_require_physics, policy, current.network)
    await repository.set_policy(context.connection, current.id, policy)
    context.uow.record(PolicySet.of(current.id, policy))
    return await repository.load(context.connection, current.id)


def _require_physics(policy: Policy, network: Network) -> None:
    """Raise InvalidInput, naming every pipe that lacks data, if pressures are demanded without physics."""
    if policy.firm_level.has_pressures or policy.interruptible_level.has_pressures:
        compile_hydraulics(network)


@handles(Scope.OPERATE)
async def set_overlay(command: PutOverlay, context: Context) -> SetOverlay:
    """Put an overlay in force; the same key again gives the same overlay. Raises NotFound, InvalidInput."""
    current = await owned_and_locked(context, command.network_id)
    put = SetOverlay(OverlayId(context.new_id()), current.id, command.overlay, context.at)
    arrival = command.claim(current.operator_id)
    if (done := await claim_key(context.uow, arrival, {"overlay_id": str(put.id)})) is not None:
        return await repository.overlay(context.connection, OverlayId(UUID(done["overlay_id"])))
    _check_overlay(put.overlay, current.network)
    await repository.insert_overlay(context.connection, put)
    context.uow.record(OverlaySet.of(put))
    return put


@handles(Scope.OPERATE)
async def withdraw_overlay(command: WithdrawOverlay, context: Context) -> SetOverlay:
    """Take an overlay out of force; doing so again changes nothing. Raises NotFound."""
    put = await repository.overlay(context.connection, command.overlay_id)
    try:
        await owned_and_locked(context, put.network_id)
    except NotFound:
        raise NotFound("overlay", command.overlay_id) from None
    if await repository.withdraw_overlay(context.connection, put, context.at):
        context.uow.record(OverlayWithdrawn.of(put))
    return put


def _operator(principal: Principal, named: PartyId | None) -> PartyId:
    if named is None or named == principal.party_id:
        return principal.require_party()
    principal.require(Role.ADMIN)
    return named


async def owned_and_locked(context: Context, network_id: NetworkId) -> PublishedNetwork:
    """Take the lock of a network that the principal may change, and return the network; raises NotFound."""
    await context.uow.lock_network(network_id)
    current = await repository.load(context.connection, network_id)
    principal = context.principal
    if current.operator_id != principal.party_id and not principal.holds(Role.ADMIN):
        raise NotFound("network", network_id)
    return current


async def _publish(
    context: Context, network_id: NetworkId, number: int, stored: Revision
) -> PublishedNetwork:
    revision_id = RevisionId(context.new_id())
    await repository.insert_revision(
        context.connection, network_id, revision_id, number=number, stored=stored, at=context.at
    )
    context.uow.record(NetworkPublished.of(network_id, revision_id, number, stored))
    return await repository.load(context.connection, network_id)


def _check_continuity(current: Network, following: Network) -> None:
    faults = [
        Fault(member, f"cannot change from {before} to {after}: rights are counted in it")
        for member, before, after in (
            ("code", current.code, following.code),
            ("unit", current.unit, following.unit),
            ("gas_day", current.clock, following.clock),
        )
        if before != after
    ]
    role_of = {node.id: node.role for node in following.nodes}
    for node in current.nodes:
        role = role_of.get(node.id)
        if node.role.may_enter and not (role is not None and role.may_enter):
            faults.append(Fault(f"node {node.id}", "was an entry and must stay one: rights may name it"))
        if node.role.may_exit and not (role is not None and role.may_exit):
            faults.append(Fault(f"node {node.id}", "was an exit and must stay one: rights may name it"))
    if faults:
        raise InvalidInput(faults)


def _check_overlay(overlay: Overlay, network: Network) -> None:
    faults: list[Fault] = []
    edge = next((edge for edge in network.edges if edge.id == overlay.edge_id), None)
    if edge is None:
        faults.append(Fault("edge", f"{overlay.edge_id!r} is no edge of {network.code}"))
    if not (math.isfinite(overlay.factor) and 0 <= overlay.factor <= FACTOR_MAX):
        faults.append(Fault("factor", f"must be from 0 to {FACTOR_MAX:g}, not {overlay.factor:g}"))
    elif (
        edge is not None
        and overlay.factor not in (0, 1)
        and edge.capacity_forward is None
        and edge.capacity_backward is None
    ):
        faults.append(Fault("factor", "must be 0 (closed) or 1: this edge has no capacity to scale"))
    if len(overlay.reason) > PROSE_LENGTH_MAX or not is_plain(overlay.reason):
        faults.append(Fault("reason", "is too long or has control characters"))
    if faults:
        raise InvalidInput(faults)
