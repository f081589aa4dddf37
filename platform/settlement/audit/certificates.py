"""Audit of certificates: every booking has a certificate that the independent checker accepts.

The events of a network are read from the first. At each booking the network has the revision, overlays and
interruptible quantities then in force, and the rights are those of the version that the verdict names, summed
from movements and set-asides. On these the checker verifies the certificates. The verdict must also be about
the contract, at the level that the policy then demanded, and as recent as the movement that sold it; its row
and hashes must be those of its document, and its model hash that of this network and these rights.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks import repository as networks
from capacity.networks.model import Network
from capacity.networks.policy import Level, Policy, WhenUndecided
from capacity.rights import holds, ledger
from capacity.rights.model import Hold, Movement
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.ids import NetworkId
from settlement.audit.bookings import SOLD, Sold, bookings, first_policy, log, sold, unused_verdicts
from settlement.audit.history import InForce
from settlement.audit.model import AuditSubject, Progress, Report, Sample
from settlement.comparison.contracts import event_label
from settlement.comparison.differences import UNREADABLE, Difference, Proof, differences_between

_SEQUENCES: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Case:
    """A booking, and the network and rights that it was proved on."""

    sold: Sold
    verdict: Verdict
    network: Network
    in_force: InForce
    rights: RightsSnapshot


async def certificate_differences(
    connection: AsyncConnection,
    report: Report,
    progress: Progress,
    *,
    network_id: NetworkId | None = None,
    sample: Sample | None = None,
) -> None:
    """Report every booking whose verdict is not there, not about it, or not proved by its certificates."""
    sales = await bookings(connection, network_id)
    chosen = None if sample is None else frozenset(sample.of(list(sales)))
    total = len(sales) if chosen is None else len(chosen)
    for one in dict.fromkeys(sales.values()):
        one_pass = _Pass(
            connection, NetworkId(one), report, lambda done: progress(AuditSubject.CERTIFICATES, done, total)
        )
        own = [sale for sale in (sales if chosen is None else chosen) if sales[sale] == one]
        met = await one_pass.run(None if chosen is None else own)
        report.differences += [
            _other(f"contract {sale}", "was sold, but no event of its network records it")
            for sale in own
            if str(sale) not in met
        ]
    report.differences += await unused_verdicts(connection, network_id)


class _Pass:
    """One pass over the events of a network."""

    def __init__(
        self,
        connection: AsyncConnection,
        network_id: NetworkId,
        report: Report,
        checked: Callable[[int], None],
    ) -> None:
        self._connection = connection
        self._network_id = network_id
        self._report = report
        self._checked = checked
        self._rights = _Rights(connection, network_id)
        self._checker = _Checker()
        self._in_force = InForce()

    async def run(self, chosen: Collection[UUID] | None) -> set[str]:
        """Check the bookings `chosen`, all for None; return the ids of those that events record."""
        met: set[str] = set()
        self._in_force = InForce(policy=await first_policy(self._connection, self._network_id))
        async for events in log(self._connection, self._network_id, chosen):
            found = await sold(self._connection, events)
            cases = []
            for event in events:
                if event.topic != SOLD:
                    self._follow(event)
                    continue
                self._report.counts[AuditSubject.CERTIFICATES] += 1
                met.add(event.key)
                one = found.get(event.id)
                if one is None:
                    place = event_label(event.topic, event.stream, event.position)
                    self._report.differences.append(
                        _other(f"contract {event.key}", f"{place} cannot be read")
                    )
                elif (case := await self._case(one)) is not None:
                    cases.append(case)
            self._report.differences += await asyncio.to_thread(self._checker.differences, cases)
            self._checked(self._report.counts[AuditSubject.CERTIFICATES])
        return met

    def _follow(self, event: sa.Row[Any]) -> None:
        try:
            self._in_force = self._in_force.after(event.topic, event.key, event.payload)
        except UNREADABLE as fault:
            place = event_label(event.topic, event.stream, event.position)
            self._report.differences.append(Difference(Proof.NETWORKS, place, f"cannot be read: {fault!r}"))

    async def _case(self, sold: Sold) -> _Case | None:
        """Return what a booking was proved on, None after a difference that leaves nothing to check."""
        found = self._report.differences
        if sold.row is None:
            found.append(_other(sold.subject, "is not stored"))
            return None
        try:
            verdict = Verdict.from_json(sold.row.document)
        except UNREADABLE as fault:
            found.append(_other(sold.subject, f"its document cannot be read: {_first_line(fault)}"))
            return None
        found += _about(sold, verdict, self._in_force)
        if sold.sequence is None or verdict.rights_version != sold.sequence - 1:
            return None
        revision_id = self._in_force.revision_id
        try:
            if revision_id is None:
                raise LookupError("no revision was published before")
            network = await networks.revision(self._connection, revision_id)
        except UNREADABLE as fault:
            found.append(_other(sold.subject, f"revision {revision_id} cannot be read: {_first_line(fault)}"))
            return None
        try:
            rights = await self._rights.at(verdict.rights_version)
        except UNREADABLE as fault:
            found.append(_other(sold.subject, f"its rights cannot be read: {_first_line(fault)}"))
            return None
        return _Case(sold, verdict, network, self._in_force, rights)


class _Rights:
    """The rights on a network at one version after another; they never go back."""

    def __init__(self, connection: AsyncConnection, network_id: NetworkId) -> None:
        self._connection = connection
        self._network_id = network_id
        self._snapshot = RightsSnapshot()
        self._movements: deque[Movement] = deque()
        self._set_asides: deque[Hold] = deque()
        self._read_to = 0

    async def at(self, version: int) -> RightsSnapshot:
        """Return the rights as of a version."""
        while self._read_to < version:
            await self._read_on()
        moved, held = _taken(self._movements, version), _taken(self._set_asides, version)
        if moved:
            self._snapshot = self._snapshot.apply(moved)
        if held:
            self._snapshot = self._snapshot.hold(held)
        self._snapshot = self._snapshot.as_of(version)
        return self._snapshot

    async def _read_on(self) -> None:
        after, until = self._read_to, self._read_to + _SEQUENCES
        moved = await ledger.since(self._connection, self._network_id, after, until=until)
        held = await holds.of_operator_since(self._connection, self._network_id, after, until=until)
        self._movements.extend(moved)
        self._set_asides.extend(held)
        self._read_to = until


class _Checker:
    """Checks certificates, and keeps what identifies the network between bookings."""

    def __init__(self) -> None:
        self._known: tuple[InForce, Verifier] | None = None

    def differences(self, cases: Sequence[_Case]) -> list[Difference]:
        """Return what the checker finds wrong, and model hashes of another network or other rights."""
        return [difference for case in cases for difference in self._of_case(case)]

    def _of_case(self, case: _Case) -> list[Difference]:
        subject, verdict = case.sold.subject, case.verdict
        overlays = tuple(case.in_force.overlays.values())
        try:
            faults = check(case.network, overlays, case.rights, verdict)
            model_hash = self._verifier(case).model_hash(
                case.rights, verdict.request, verdict.demanded_level or verdict.level
            )
        except UNREADABLE as fault:
            return [_other(subject, f"cannot be checked: {_first_line(fault)}")]
        return [
            *(_other(subject, f"{fault.place} {fault.message}") for fault in faults),
            *differences_between(
                Proof.CERTIFICATES,
                subject,
                verdict.model_hash,
                model_hash,
                by="the network with its rights",
                place="model_hash",
            ),
        ]

    def _verifier(self, case: _Case) -> Verifier:
        """Return the verifier of the network as it was, used for its model hash only."""
        if self._known is None or self._known[0] is not case.in_force:
            if case.in_force.revision_id is None:
                raise LookupError("no revision was published before")
            verifier = Verifier(
                case.network,
                case.in_force.overlays.values(),
                Policy(),
                Highs(),
                revision_id=case.in_force.revision_id,
                interruptible=case.in_force.interruptible,
            )
            self._known = case.in_force, verifier
        return self._known[1]


def _about(sold: Sold, verdict: Verdict, in_force: InForce) -> list[Difference]:
    """Return where a verdict is not about its contract, or its row is not that of the verdict."""
    contract, row = sold.contract, sold.row
    if row is None:
        return []
    stored = {name: row._mapping[name] for name in ("network_id", "party_id", "operator_id")}
    expected: dict[str, Any] = {
        "network_id": contract.network_id,
        "party_id": contract.holder_id,
        "operator_id": contract.operator_id,
    }
    found = _unlike(sold, stored, expected, sold.place)
    columns = verdicts.columns(verdict)
    found += _unlike(sold, {name: row._mapping[name] for name in columns}, columns, "its document")
    [(route, quantity)] = contract.routes()
    is_about = {
        "request": str(verdict.request),
        "outcome": verdict.outcome,
        "revision_id": verdict.revision_id,
        "decided_at": verdict.decided_at,
    }
    due = {
        "request": str(Request(route, quantity, contract.period, contract.firmness)),
        "outcome": Outcome.FEASIBLE,
        "revision_id": contract.revision_id,
        "decided_at": contract.created_at,
    }
    found += _unlike(sold, is_about, due, "its contract")
    found += _unlike(sold, contract.revision_id, in_force.revision_id, "the event log", place="revision_id")
    found += _unlike(
        sold, verdict.rights_version, (sold.sequence or 0) - 1, "the rights ledger", place="rights_version"
    )
    if sold.event_hash is not None:
        found += _unlike(sold, verdict.fingerprint(), sold.event_hash, sold.place, place="document hash")
    return found + _level_differences(sold, verdict, in_force.policy)


def _level_differences(sold: Sold, verdict: Verdict, policy: Policy | None) -> list[Difference]:
    """Return where a verdict's level is not the one demanded; the policy may be unknown."""
    if policy is None:
        return []
    demanded = policy.level(sold.contract.firmness)
    may_be: set[tuple[Level, Level | None]] = {(demanded, None)}
    if policy.when_undecided is WhenUndecided.SELL_AT_LEVEL_REACHED and demanded.has_pressures:
        may_be.add((demanded.without_pressures, demanded))
    if (verdict.level, verdict.demanded_level) in may_be:
        return []
    return [_other(sold.subject, f"level is {verdict.level}, the policy then demanded {demanded}")]


def _unlike(sold: Sold, stored: object, expected: object, by: str, *, place: str = "") -> list[Difference]:
    return differences_between(Proof.CERTIFICATES, sold.subject, stored, expected, by=by, place=place)


def _other(subject: str, detail: str) -> Difference:
    return Difference(Proof.CERTIFICATES, subject, detail)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0] if str(fault) else repr(fault)


L = TypeVar("L", Movement, Hold)


def _taken(lines: deque[L], version: int) -> list[L]:
    taken = []
    while lines and lines[0].sequence <= version:
        taken.append(lines.popleft())
    return taken
