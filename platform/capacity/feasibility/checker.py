"""The home of the checker: re-checks a verdict from its certificates, in whole numbers, without a solver.

It shares no code with what made the verdict; it reads the network, the overlays and the rights, and counts.
What it relies on, for a set of nodes S and its complement T, with E and X entry and exit rights, q_k path
rights and c the capacity of the edges from S to T:

- a flow that balances at every node within capacity transports what it balances;
- rights that can force more than c out of S cannot all be transported. Used at once they force
  P + max(E(S) − X(S), −E(T)) where E ≤ X, else P + max(−X(S), X(T) − E(T)), P paths out less paths in; by
  some balanced nomination they force min(E(S), X(T)) + Σ q_k over paths from S to T;
- for shares 0 ≤ h, m_k ≤ 1 and any flow x within capacity, that last demand exceeds c by at most
      (1 − h) X + Σ (1 − m_k) q_k + Σ over v in S of (w_v − out_v(x)),
      w_v = h E_v − (1 − h) X_v + Σ m_k q_k (k from v) − Σ (1 − m_k) q_k (k to v);
- min(E(S), X(T)) stays the same when no entry right counts more than all exits, and no exit than all entries;
- an edge that carries all the demand there can be, both ways, is in no overloaded cut: its ends are tied, the
  flow across it is free, and a path between tied nodes is never cut.

Pressures are the matter of `capacity.feasibility.pressure_checker`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from capacity.feasibility import pressure_checker
from capacity.feasibility.policy import Level
from capacity.feasibility.verdict import (
    QUANTITY_MAX,
    CutProof,
    DayProof,
    FlowProof,
    Leaf,
    Nomination,
    Outcome,
    RefutationProof,
    Split,
    StateProof,
    TreeProof,
    Verdict,
)
from capacity.hydraulics.refutation.checked import CheckedRefutation
from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import DayCapacities, segments
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period
from linepack.problems import Fault

Rights = Mapping[Route, int]
P = TypeVar("P", StateProof, RefutationProof)


@dataclass(frozen=True, slots=True)
class _KindOfDay:
    """Gas days alike: the rights to be transported, the request among them, and what the edges carry."""

    period: Period
    rights: Rights
    capacities: DayCapacities


@dataclass(slots=True)
class _Ends:
    """Rights by node: entry and exit rights, and paths as (from, to, quantity)."""

    entry: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    exit: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paths: list[tuple[str, str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, rights: Rights) -> "_Ends":
        ends = cls()
        for route, quantity in rights.items():
            if route.receipt is None:
                ends.exit[route.delivery or ""] += quantity
            elif route.delivery is None:
                ends.entry[route.receipt] += quantity
            else:
                ends.paths.append((route.receipt, route.delivery, quantity))
        return ends

    def clipped(self) -> "_Ends":
        """Return these ends with no entry above all exits and no exit above all entries."""
        entry_total, exit_total = sum(self.entry.values()), sum(self.exit.values())
        return _Ends(
            {node: min(quantity, exit_total) for node, quantity in self.entry.items()},
            {node: min(quantity, entry_total) for node, quantity in self.exit.items()},
            self.paths,
        )

    def demand_max(self) -> int:
        return min(sum(self.entry.values()), sum(self.exit.values())) + sum(q for _, _, q in self.paths)


def check(
    network: Network,
    overlays: Iterable[Overlay],
    rights: RightsSnapshot,
    verdict: Verdict,
    known: Sequence[CheckedRefutation] = (),
) -> list[Fault]:
    """Return what is wrong with `verdict` on the rights it was decided on; nothing when it holds.

    An UNDECIDED verdict claims nothing and always holds. `known` are refutations checked before; whether one
    is about the nomination and the day at hand is found out here.
    """
    if verdict.outcome is Outcome.UNDECIDED:
        return []
    if rights.version != verdict.rights_version:
        return [Fault("rights", f"version {rights.version} is not the {verdict.rights_version} it is about")]
    days = list(_kinds_of_day(network, overlays, rights, verdict))
    faults = []
    if verdict.outcome is Outcome.FEASIBLE:
        faults += _uncovered(verdict)
    elif not verdict.proofs:
        faults.append(Fault("proofs", "nothing shows that the request is infeasible"))
    for number, proof in enumerate(verdict.proofs):
        own = [day for day in days if any(period.overlap(day.period) for period in proof.periods)]
        if proof.outcome is not verdict.outcome:
            faults.append(Fault(f"proofs[{number}]", f"is about {proof.outcome}"))
        else:
            faults += [Fault(f"proofs[{number}]", message) for message in _check(network, proof, own, known)]
    return faults


def _kinds_of_day(
    network: Network, overlays: Iterable[Overlay], rights: RightsSnapshot, verdict: Verdict
) -> Iterator[_KindOfDay]:
    request = verdict.request
    all_segments = segments(network, overlays, request.period)
    for periods, booked in rights.stacks(request.period, request.firmness):
        asked = dict(booked)
        if request.firmness is Firmness.INTERRUPTIBLE:
            asked = {}
        elif verdict.level is Level.RIGHTS:
            asked = {request.route: booked.get(request.route, 0)}
        asked[request.route] = asked.get(request.route, 0) + request.quantity
        for period in periods:
            for segment in all_segments:
                overlap = segment.period.overlap(period)
                if overlap is not None:
                    yield _KindOfDay(overlap, asked, segment.capacities)


def _uncovered(verdict: Verdict) -> list[Fault]:
    kinds = {"": [proof for proof in verdict.proofs if not proof.level.has_pressures]}
    if verdict.level.has_pressures:
        kinds[" of pressures"] = [proof for proof in verdict.proofs if proof.level.has_pressures]
    faults = []
    for what, proofs in kinds.items():
        proved = {day for proof in proofs for period in proof.periods for day in period}
        missing = [day for day in verdict.request.period if day not in proved]
        if missing:
            message = f"{len(missing)} gas days from {missing[0]} on lack a proof{what}"
            faults.append(Fault("proofs", message))
    return faults


def _check(
    network: Network, proof: DayProof, days: Sequence[_KindOfDay], known: Sequence[CheckedRefutation]
) -> list[str]:
    certificate = proof.certificate
    match certificate:
        case FlowProof() if proof.outcome is Outcome.FEASIBLE and proof.level is not Level.ROBUST:
            return [message for day in days for message in _flow_faults(network, certificate, day)]
        case TreeProof() if proof.outcome is Outcome.FEASIBLE:
            return _covering_faults(proof, days) or _tree_faults(network, certificate, proof.covering, days)
        case CutProof() if proof.outcome is Outcome.INFEASIBLE:
            return _cut_faults(network, certificate, proof, days)
        case StateProof() if proof.outcome is Outcome.FEASIBLE and proof.level is Level.HYDRAULIC:
            return _each(pressure_checker.state_faults, network, certificate, days)
        case RefutationProof() if proof.outcome is Outcome.INFEASIBLE and proof.level is Level.HYDRAULIC:
            follow = partial(pressure_checker.contradiction_faults, known=known)
            return _each(follow, network, certificate, days)
    return [f"a {certificate.kind} does not prove {proof.outcome} at level {proof.level}"]


def _each(
    check_day: Callable[[Network, P, Rights, DayCapacities], list[str]],
    network: Network,
    certificate: P,
    days: Sequence[_KindOfDay],
) -> list[str]:
    return [
        f"{message} on {day.period}"
        for day in days
        for message in check_day(network, certificate, day.rights, day.capacities)
    ]


def _flow_faults(network: Network, proof: FlowProof, day: _KindOfDay) -> list[str]:
    if len(proof.flows) != len(network.edges):
        return ["has not one flow per edge"]
    sent: dict[str, int] = defaultdict(int)
    for edge, flow, bounds in zip(network.edges, proof.flows, _bounds(day.capacities), strict=True):
        if not _within(flow, bounds, 1):
            return [f"edge {edge.id} cannot carry {flow} on {day.period}"]
        sent[edge.tail] += flow
        sent[edge.head] -= flow
    ends = _Ends.of(day.rights)
    for receipt, delivery, quantity in ends.paths:
        sent[receipt] -= quantity
        sent[delivery] += quantity
    entries_in_full = sum(ends.entry.values()) <= sum(ends.exit.values())
    for node in network.nodes:
        entry, exit_ = ends.entry.get(node.id, 0), ends.exit.get(node.id, 0)
        least, most = (entry - exit_, entry) if entries_in_full else (-exit_, entry - exit_)
        if not least <= sent[node.id] <= most:
            return [f"node {node.id} does not balance on {day.period}"]
    return []


def _cut_faults(
    network: Network, proof: CutProof, day_proof: DayProof, days: Sequence[_KindOfDay]
) -> list[str]:
    inside = set(proof.nodes)
    if proof.limit is not None and inside and not _separates(network, inside, proof.limit):
        return [f"the nodes do not separate {proof.limit}"]
    if not days:
        return ["is about none of the gas days asked for"]
    own_limit = None if proof.limit is None or inside else _own_limit(network, proof.limit)
    found = [
        (
            _demand(day.rights, inside, day_proof.level, proof.limit),
            _leaving(network, day.capacities, inside) if own_limit is None else own_limit,
        )
        for day in days
    ]
    faults = [
        f"forces {demand} out on {day.period}, and {capacity} can leave"
        for day, (demand, capacity) in zip(days, found, strict=True)
        if demand <= capacity
    ]
    if (proof.demand, proof.capacity) not in found:
        faults.append(f"no day has demand {proof.demand} and capacity {proof.capacity}")
    if proof.witness is not None:
        faults += _witness_faults(proof.witness, dict(day_proof.covering), inside, proof.demand)
    return faults


def _demand(rights: Rights, inside: set[str], level: Level, limit: Route | None) -> int:
    if level is Level.RIGHTS:
        return sum(
            quantity
            for route, quantity in rights.items()
            if limit is not None
            and (limit.receipt is None or route.receipt == limit.receipt)
            and (limit.delivery is None or route.delivery == limit.delivery)
        )
    ends = _Ends.of(rights)
    entry_in, entry_out = _split(ends.entry, inside)
    exit_in, exit_out = _split(ends.exit, inside)
    leaving = sum(q for r, d, q in ends.paths if r in inside and d not in inside)
    if level is Level.ROBUST:
        return min(entry_in, exit_out) + leaving
    arriving = sum(q for r, d, q in ends.paths if r not in inside and d in inside)
    if entry_in + entry_out <= exit_in + exit_out:
        return leaving - arriving + max(entry_in - exit_in, -entry_out)
    return leaving - arriving + max(-exit_in, exit_out - entry_out)


def _separates(network: Network, inside: set[str], limit: Route) -> bool:
    """Tell whether whatever uses a technical limit must leave `inside`."""
    entries = {node.id for node in network.nodes if node.role.may_enter} - {limit.delivery}
    exits = {node.id for node in network.nodes if node.role.may_exit} - {limit.receipt}
    sources = entries if limit.receipt is None else {limit.receipt}
    targets = exits if limit.delivery is None else {limit.delivery}
    return sources <= inside and not targets & inside


def _own_limit(network: Network, limit: Route) -> int:
    """Return what a point is published to let through, and never more than is sold at all."""
    if limit.delivery is None:
        published = network.node(limit.receipt or "").entry_capacity
    else:
        published = network.node(limit.delivery).exit_capacity if limit.receipt is None else None
    return QUANTITY_MAX if published is None else min(published, QUANTITY_MAX)


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


def _covering_faults(proof: DayProof, days: Sequence[_KindOfDay]) -> list[str]:
    covering = dict(proof.covering)
    return [
        f"covers {covering.get(route, 0)} of {quantity} on {route} on {day.period}"
        for day in days
        for route, quantity in day.rights.items()
        if quantity > covering.get(route, 0)
    ]


def _tree_faults(
    network: Network, tree: TreeProof, covering: Sequence[tuple[Route, int]], days: Sequence[_KindOfDay]
) -> list[str]:
    """Return what is wrong with a tree: every case must be split or bounded, none left open."""
    counter = _LeafCounter(network, _Ends.of(dict(covering)).clipped(), [day.capacities for day in days])
    if counter.demand_max == 0:
        return []
    pending: list[dict[str, bool]] = [{}]
    for number, item in enumerate(tree.items):
        if not pending:
            return [f"item {number} belongs to no case"]
        decided = pending.pop()
        if isinstance(item, Split):
            group = counter.group.get(item.point)
            if group is None or group in decided:
                return [f"item {number} decides {item.point}, which is unknown or decided before"]
            pending += [{**decided, group: False}, {**decided, group: True}]
        elif message := counter.fault(item, decided):
            return [f"item {number} {message}"]
    return ["leaves cases open"] if pending else []


class _LeafCounter:
    """Counts the bounds of leaves for one covering stack, on what every day of the proof carries."""

    def __init__(self, network: Network, ends: _Ends, capacities: Sequence[DayCapacities]) -> None:
        self._network = network
        self._ends = ends
        self.demand_max = ends.demand_max()
        bounds = zip(*(_bounds(day) for day in capacities), strict=True)
        self._bounds = [
            (_least(forward for forward, _ in edge), _least(backward for _, backward in edge))
            for edge in bounds
        ]
        self.group = {node.id: node.id for node in network.nodes}
        for edge, (forward, backward) in zip(network.edges, self._bounds, strict=True):
            if _carries(forward, self.demand_max) and _carries(backward, self.demand_max):
                self.group[self._root(edge.tail)] = self._root(edge.head)
        self.group = {node: self._root(node) for node in self.group}

    def fault(self, leaf: Leaf, decided: Mapping[str, bool]) -> str:
        """Return what is wrong with a leaf; nothing when its bound is below one unit."""
        shares = [leaf.hub_share, *leaf.path_shares]
        if leaf.scale < 1 or not all(0 <= share <= leaf.scale for share in shares):
            return "has a share that is none"
        if len(leaf.path_shares) != len(self._ends.paths) or len(leaf.flows) != len(self._network.edges):
            return "has not one share per path and one flow per edge"
        rest: dict[str, int] = defaultdict(int)
        for edge, flow, bounds in zip(self._network.edges, leaf.flows, self._bounds, strict=True):
            tail, head = self.group[edge.tail], self.group[edge.head]
            if tail != head and not _within(flow, bounds, leaf.scale):
                return f"sends more over edge {edge.id} than it carries"
            rest[tail] -= flow
            rest[head] += flow
        bound = self._weigh(leaf, rest)
        for group, surplus in rest.items():
            bound += surplus if decided.get(group) else max(surplus, 0) if group not in decided else 0
        return "" if bound < leaf.scale else f"bounds the shortfall by {bound} in 1/{leaf.scale} only"

    def _weigh(self, leaf: Leaf, rest: dict[str, int]) -> int:
        """Add the weights w of the module docstring to `rest`, by group; return the constant."""
        exits_share = leaf.scale - leaf.hub_share
        for node, quantity in self._ends.entry.items():
            rest[self.group[node]] += leaf.hub_share * quantity
        constant = 0
        for node, quantity in self._ends.exit.items():
            rest[self.group[node]] -= exits_share * quantity
            constant += exits_share * quantity
        for (receipt, delivery, quantity), share in zip(self._ends.paths, leaf.path_shares, strict=True):
            if self.group[receipt] != self.group[delivery]:
                rest[self.group[receipt]] += share * quantity
                rest[self.group[delivery]] -= (leaf.scale - share) * quantity
                constant += (leaf.scale - share) * quantity
        return constant

    def _root(self, node: str) -> str:
        while self.group[node] != node:
            node = self.group[node]
        return node


def _split(rights: Mapping[str, int], inside: set[str]) -> tuple[int, int]:
    within = sum(quantity for node, quantity in rights.items() if node in inside)
    return within, sum(rights.values()) - within


def _leaving(network: Network, capacities: DayCapacities, inside: set[str]) -> int | float:
    total: int | float = 0
    for edge, (forward, backward) in zip(network.edges, _bounds(capacities), strict=True):
        if edge.tail in inside and edge.head not in inside:
            total += float("inf") if forward is None else forward
        if edge.head in inside and edge.tail not in inside:
            total += float("inf") if backward is None else backward
    return total


def _bounds(capacities: DayCapacities) -> Iterator[tuple[int | None, int | None]]:
    return zip(capacities.forward, capacities.backward, strict=True)


def _least(bounds: Iterable[int | None]) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)


def _carries(bound: int | None, quantity: int) -> bool:
    return bound is None or bound >= quantity


def _within(flow: int, bounds: tuple[int | None, int | None], scale: int) -> bool:
    forward, backward = bounds
    bound = forward if flow >= 0 else backward
    return bound is None or abs(flow) <= bound * scale
