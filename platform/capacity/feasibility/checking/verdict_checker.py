"""The checker: re-checks a verdict from its certificates, in whole numbers, without a solver.

It shares no code with what made the verdict; it reads the network, the overlays and the rights, and counts.
A cut refuses a request that loads it when the rights force more out of its nodes S than the capacity of the
edges from S to the other nodes T. With E and X entry and exit rights, P paths out less paths in:

- some balanced nomination forces min(E(S), X(T)) and all paths from S to T;
- used at once, rights force P + max(E(S) − X(S), −E(T)) where E ≤ X, else P + max(−X(S), X(T) − E(T));
- a request to or from the hub has its part in P + E(S) − X(S), up to the balance of entries and exits, where
  that is P + X(T) − E(T).

Limits, flows, trees and pressures are the matter of `limit_checker`, `flow_checker`, `tree_checker` and
`pressure_checker`. The checker never raises: a proof that cannot be followed to its end has a fault, which
says where it broke.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Final, TypeVar

from capacity.feasibility.checking import pressure_checker
from capacity.feasibility.checking.counting import (
    Ends,
    KindOfDay,
    Rights,
    bounds_of,
    is_loaded,
    split,
    with_request,
)
from capacity.feasibility.checking.flow_checker import FlowCounter
from capacity.feasibility.checking.limit_checker import limit_faults, own_limit
from capacity.feasibility.checking.tree_checker import tree_faults
from capacity.feasibility.verdicts.certificates import (
    CURTAILMENT_SCALE,
    Curtailment,
    CutProof,
    DayProof,
    FlowProof,
    InfeasibilityProof,
    Nomination,
    Outcome,
    SoldOutProof,
    StateProof,
    TreeProof,
)
from capacity.feasibility.verdicts.verdict import Decision, Request
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate
from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import DayCapacities, segments
from capacity.networks.policy import Level
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period
from linepack.problems import Fault

P = TypeVar("P", StateProof, InfeasibilityProof)

MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a proof makes the counting raise whose parts do not fit each other or the network."""


def check(
    network: Network,
    overlays: Iterable[Overlay],
    rights: RightsSnapshot,
    decision: Decision,
    known: Sequence[CheckedCertificate] = (),
) -> list[Fault]:
    """Return what is wrong with `decision` on the rights it was decided on; nothing when it holds.

    An UNDECIDED decision claims nothing and always holds. `known` are certificates checked before; whether
    one is about the nomination and the day at hand is found out here.
    """
    try:
        return _faults(network, overlays, rights, decision, known)
    except MALFORMED as broken:
        return [Fault("decision", _unfollowed(broken))]


def _unfollowed(broken: Exception) -> str:
    return f"cannot be followed: {type(broken).__name__} {broken}".rstrip()


def _faults(
    network: Network,
    overlays: Iterable[Overlay],
    rights: RightsSnapshot,
    decision: Decision,
    known: Sequence[CheckedCertificate],
) -> list[Fault]:
    if decision.outcome is Outcome.UNDECIDED:
        return []
    if rights.version != decision.rights_version:
        return [Fault("rights", f"version {rights.version} is not the {decision.rights_version} it is about")]
    days = sorted(_kinds_of_day(network, overlays, rights, decision), key=lambda day: day.period)
    starts = [day.period.start for day in days]
    counter = _Counter(network, rights, decision, known)
    faults = []
    if decision.outcome is Outcome.FEASIBLE:
        faults += _uncovered(decision)
        faults += [Fault("request", message) for message in limit_faults(network, days, decision.request)]
    elif not decision.proofs:
        faults.append(Fault("proofs", "nothing shows that the request is infeasible"))
    for number, proof in enumerate(decision.proofs):
        own = _within(days, starts, proof.periods)
        if proof.outcome is not decision.outcome:
            faults.append(Fault(f"proofs[{number}]", f"is about {proof.outcome}"))
        else:
            faults += [Fault(f"proofs[{number}]", message) for message in counter.faults(proof, own)]
    return faults


def _within(
    days: Sequence[KindOfDay], starts: Sequence[GasDay], periods: Iterable[Period]
) -> list[KindOfDay]:
    """Return the days that overlap any of `periods`; `days` follow each other and begin on `starts`."""
    places: dict[int, None] = {}
    for period in periods:
        first = max(bisect_right(starts, period.start) - 1, 0)
        for place in range(first, bisect_left(starts, period.end)):
            if days[place].period.end > period.start:
                places[place] = None
    return [days[place] for place in places]


def _kinds_of_day(
    network: Network, overlays: Iterable[Overlay], rights: RightsSnapshot, decision: Decision
) -> Iterator[KindOfDay]:
    request = decision.request
    all_segments = segments(network, overlays, request.period)
    for periods, booked in rights.stacks(request.period, request.firmness):
        asked = with_request({} if request.firmness is Firmness.INTERRUPTIBLE else booked, request)
        for period in periods:
            for segment in all_segments:
                overlap = segment.period.overlap(period)
                if overlap is not None:
                    yield KindOfDay(overlap, asked, segment.capacities, request)


def _uncovered(decision: Decision) -> list[Fault]:
    kinds = {"": [proof for proof in decision.proofs if not proof.level.has_pressures]}
    if decision.level.has_pressures:
        kinds[" of pressures"] = [proof for proof in decision.proofs if proof.level.has_pressures]
    faults = []
    for what, proofs in kinds.items():
        proved = {day for proof in proofs for period in proof.periods for day in period}
        missing = [day for day in decision.request.period if day not in proved]
        if missing:
            message = f"{len(missing)} gas days from {missing[0]} on lack a proof{what}"
            faults.append(Fault("proofs", message))
    return faults


class _Counter:
    """Counts the proofs of one decision."""

    def __init__(
        self,
        network: Network,
        rights: RightsSnapshot,
        decision: Decision,
        known: Sequence[CheckedCertificate],
    ) -> None:
        self._network, self._rights = network, rights
        self._level, self._request, self._known = decision.level, decision.request, known

    def faults(self, proof: DayProof, days: Sequence[KindOfDay]) -> list[str]:
        """Return what is wrong with a proof for the kinds of day that it is about."""
        try:
            return self._misplaced(proof) or self._counted(proof, days)
        except MALFORMED as broken:
            return [_unfollowed(broken)]

    def _misplaced(self, proof: DayProof) -> list[str]:
        """Return why the verdict cannot rest on a proof of this level about these gas days."""
        asked = self._request.period
        if not proof.periods or not all(asked.covers(period) for period in proof.periods):
            return ["is about none of the gas days asked for, or about others as well"]
        if proof.level not in _levels(self._level):
            return [f"level {proof.level} is not one that a verdict at level {self._level} rests on"]
        return []

    def _counted(self, proof: DayProof, days: Sequence[KindOfDay]) -> list[str]:
        network, certificate, level = self._network, proof.certificate, proof.level
        if self._level is Level.RIGHTS and level is Level.FLOW:
            days = [day.alone for day in days]
        match certificate:
            case FlowProof() if proof.outcome is Outcome.FEASIBLE and level is Level.FLOW:
                return [message for day in days for message in self._flows.faults(certificate, day)]
            case TreeProof() if proof.outcome is Outcome.FEASIBLE and level is Level.ROBUST:
                return tree_faults(network, certificate, dict(proof.covering), days, self._request)
            case CutProof() if proof.outcome is Outcome.INFEASIBLE and not level.has_pressures:
                return _cut_faults(network, certificate, proof, days, self._request)
            case SoldOutProof() if proof.outcome is Outcome.INFEASIBLE and proof.level is Level.RIGHTS:
                return self._sold_out_faults(certificate, proof.periods)
            case StateProof() | InfeasibilityProof() if proof.level is Level.HYDRAULIC:
                return self._pressure_faults(certificate, proof, days)
        return [f"a {certificate.kind} does not prove {proof.outcome} at level {proof.level}"]

    @cached_property
    def _flows(self) -> FlowCounter:
        return FlowCounter(self._network)

    def _sold_out_faults(self, proof: SoldOutProof, periods: Iterable[Period]) -> list[str]:
        """Return what is wrong with the count of interruptible rights on a limit of the route."""
        limit, request = proof.limit, self._request
        if request.firmness is not Firmness.INTERRUPTIBLE:
            return ["is about interruptible rights, and firm ones are asked for"]
        if limit is not None and not _bears_on(limit, request.route):
            return [f"{limit} does not limit {request.route}"]
        if proof.stated - proof.sold >= request.quantity:
            return [f"{proof.stated - proof.sold} are left of {proof.stated}"]
        return [
            f"{sold} are sold on {period}, not {proof.sold}"
            for period in periods
            for own, booked in self._rights.stacks(period, Firmness.INTERRUPTIBLE)
            if (sold := _counting(booked, limit)) != proof.sold
        ]

    def _pressure_faults(
        self, certificate: StateProof | InfeasibilityProof, proof: DayProof, days: Sequence[KindOfDay]
    ) -> list[str]:
        shows = Outcome.FEASIBLE if isinstance(certificate, StateProof) else Outcome.INFEASIBLE
        if proof.outcome is not shows:
            return [f"a {certificate.kind} does not prove {proof.outcome}"]
        if isinstance(certificate, StateProof):
            return self._each(pressure_checker.state_faults, certificate, proof, days)
        return self._each(self._follow, certificate, proof, days)

    @cached_property
    def _follow(self) -> Callable[[Network, InfeasibilityProof, Rights, DayCapacities], list[str]]:
        return partial(pressure_checker.contradiction_faults, known=self._known)

    def _each(
        self,
        check_day: Callable[[Network, P, Rights, DayCapacities], list[str]],
        certificate: P,
        proof: DayProof,
        days: Sequence[KindOfDay],
    ) -> list[str]:
        faults = []
        for day in days:
            rights, messages = day.rights, []
            if proof.curtailment is not None:
                rights = with_request(dict(proof.curtailment.stack), day.request)
                messages = self._curtailment_faults(proof.curtailment, day)
            messages += check_day(self._network, certificate, rights, day.capacities)
            faults += [f"{message} on {day.period}" for message in messages]
        return faults

    def _curtailment_faults(self, curtailment: Curtailment, day: KindOfDay) -> list[str]:
        """Return what is wrong with the claim that a day had no state before, and what is left of it."""
        if not 0 <= curtailment.factor < CURTAILMENT_SCALE:
            return ["curtails by a factor that is none"]
        left = {
            route: quantity * curtailment.factor // CURTAILMENT_SCALE
            for route, quantity in day.before.items()
        }
        if dict(curtailment.stack) != {route: quantity for route, quantity in left.items() if quantity}:
            return ["curtails to other rights than the factor says"]
        return self._follow(
            self._network, InfeasibilityProof(curtailment.refutation), day.before, day.capacities
        )


def _levels(level: Level) -> set[Level]:
    """Return the levels of the proofs that a verdict rests on; at RIGHTS flows prove the route alone."""
    of_capacities = Level.FLOW if level is Level.RIGHTS else level.without_pressures
    return {Level.RIGHTS, of_capacities, level}


def _cut_faults(
    network: Network, proof: CutProof, day_proof: DayProof, days: Sequence[KindOfDay], request: Request
) -> list[str]:
    inside, level = set(proof.nodes), day_proof.level
    if proof.limit is not None and not _bears_on(proof.limit, request.route):
        return [f"{proof.limit} does not limit {request.route}"]
    if proof.limit is not None and inside and not _separates(network, inside, proof.limit):
        return [f"the nodes do not separate {proof.limit}"]
    own = None if proof.limit is None or inside else own_limit(network, proof.limit)
    found = [
        (
            _demand(day, inside, level, proof.limit),
            _leaving(network, day.capacities, inside) if own is None else own,
        )
        for day in days
    ]
    faults = [
        f"forces {demand} out on {day.period}, and {capacity} can leave"
        for day, (demand, capacity) in zip(days, found, strict=True)
        if demand <= capacity
    ]
    if level is not Level.RIGHTS:
        faults += [
            f"is not loaded by the request on {day.period}"
            for day in days
            if not is_loaded(day, inside, level)
        ]
    if (proof.demand, proof.capacity) not in found:
        faults.append(f"no day has demand {proof.demand} and capacity {proof.capacity}")
    if proof.witness is not None:
        faults += _witness_faults(proof.witness, dict(day_proof.covering), inside, proof.demand)
    return faults


def _counting(rights: Rights, limit: Route | None) -> int:
    """Return the rights that count on a limit, on none where there is none."""
    return (
        0 if limit is None else sum(quantity for route, quantity in rights.items() if _bears_on(limit, route))
    )


def _bears_on(limit: Route, route: Route) -> bool:
    """Return whether a limit is one of a route's own: its own or that of a point where it begins or ends."""
    return limit.receipt in (None, route.receipt) and limit.delivery in (None, route.delivery)


def _demand(day: KindOfDay, inside: set[str], level: Level, limit: Route | None) -> int:
    rights = day.rights
    if level is Level.RIGHTS:
        return sum(
            quantity
            for route, quantity in rights.items()
            if limit is not None
            and (limit.receipt is None or route.receipt == limit.receipt)
            and (limit.delivery is None or route.delivery == limit.delivery)
        )
    ends = Ends.of(rights)
    entry_in, entry_out = split(ends.entry, inside)
    exit_in, exit_out = split(ends.exit, inside)
    leaving = sum(q for r, d, q in ends.paths if r in inside and d not in inside)
    if level is Level.ROBUST:
        return min(entry_in, exit_out) + leaving
    arriving = sum(q for r, d, q in ends.paths if r not in inside and d in inside)
    if day.request.route.kind is not RouteKind.PATH:
        return leaving - arriving + min(entry_in - exit_in, exit_out - entry_out)
    if entry_in + entry_out <= exit_in + exit_out:
        return leaving - arriving + max(entry_in - exit_in, -entry_out)
    return leaving - arriving + max(-exit_in, exit_out - entry_out)


def _separates(network: Network, inside: set[str], limit: Route) -> bool:
    """Return whether whatever uses a technical limit must leave `inside`."""
    entries = {node.id for node in network.nodes if node.role.may_enter} - {limit.delivery}
    exits = {node.id for node in network.nodes if node.role.may_exit} - {limit.receipt}
    sources = entries if limit.receipt is None else {limit.receipt}
    targets = exits if limit.delivery is None else {limit.delivery}
    return sources <= inside and not targets & inside


def _witness_faults(witness: Nomination, rights: Rights, inside: set[str], demand: int) -> list[str]:
    uses = [(Route(node, None), quantity) for node, quantity in witness.entries]
    uses += [(Route(None, node), quantity) for node, quantity in witness.exits]
    uses += list(witness.paths)
    faults = [
        f"the witness uses {quantity} of {rights.get(route, 0)} on {route}"
        for route, quantity in uses
        if not 0 <= quantity <= rights.get(route, 0)
    ]
    if sum(q for _, q in witness.entries) != sum(q for _, q in witness.exits):
        faults.append("the witness does not balance")
    forced = sum(q for node, q in witness.entries if node in inside)
    forced -= sum(q for node, q in witness.exits if node in inside)
    forced += sum(q for route, q in witness.paths if route.receipt in inside)
    forced -= sum(q for route, q in witness.paths if route.delivery in inside)
    if forced < demand:
        faults.append(f"the witness forces {forced} out, not {demand}")
    return faults


def _leaving(network: Network, capacities: DayCapacities, inside: set[str]) -> int | float:
    total: int | float = 0
    for edge, (forward, backward) in zip(network.edges, bounds_of(capacities), strict=True):
        if edge.tail in inside and edge.head not in inside:
            total += float("inf") if forward is None else forward
        if edge.head in inside and edge.tail not in inside:
            total += float("inf") if backward is None else backward
    return total
