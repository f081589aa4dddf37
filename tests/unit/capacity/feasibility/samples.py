"""Networks, rights and verifiers for the tests of feasibility, and slow, obvious oracles for them.

Networks are drawn from random numbers with a seed, so that a failing case can be made again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations, pairwise
from uuid import UUID

import networkx
import numpy as np
from networkx.algorithms.flow import edmonds_karp

from capacity.feasibility.verdicts.verdict import Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole, Overlay
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Movement, MovementCause, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from capacity.solvers.port import Solver
from linepack.gasday import GasDayClock, Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId
from linepack.units import CommercialUnit, GasQuality

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = date(2027, 1, 14)
ONE_DAY = Period(DAY, DAY + timedelta(days=1))
REVISION = RevisionId(UUID(int=7))
FLOW = Policy(Level.FLOW, Level.FLOW)
ROBUST = Policy(Level.ROBUST, Level.FLOW)

ROLES = {"in": NodeRole.ENTRY, "out": NodeRole.EXIT, "both": NodeRole.STORAGE, "": NodeRole.JUNCTION}

Right = tuple[Route, int] | tuple[Route, int, Period] | tuple[Route, int, Period, Firmness]


def days(first: int, last: int) -> Period:
    """The gas days from the `first` to before the `last` of January 2027 and after, counted from 1."""
    return Period(date(2027, 1, 1) + timedelta(first - 1), date(2027, 1, 1) + timedelta(last - 1))


def network(nodes: Mapping[str, str], edges: Sequence[tuple[str, str, int | None, int | None]]) -> Network:
    """A network of nodes with a role ("in", "out", "both", "") and edges with capacity each way."""
    return Network(
        code="sample",
        name="Sample",
        unit=CommercialUnit.KWH_PER_H,
        quality=GasQuality(11.2, 0.79),
        clock=GasDayClock("Europe/Berlin", 6),
        nodes=tuple(Node(node_id, ROLES[role]) for node_id, role in nodes.items()),
        edges=tuple(
            Edge(
                f"{tail}{head}{number}",
                EdgeKind.SHORT_PIPE,
                tail,
                head,
                capacity_forward=forward,
                capacity_backward=backward,
            )
            for number, (tail, head, forward, backward) in enumerate(edges)
        ),
    )


def rights(*granted: Right, period: Period = ONE_DAY) -> RightsSnapshot:
    """All these rights, firm and for `period` unless they say otherwise."""
    movements = []
    for sequence, right in enumerate(granted, start=1):
        own_period = right[2] if len(right) > 2 else period
        firmness = right[3] if len(right) > 3 else Firmness.FIRM
        movements.append(movement(right[0], right[1], own_period, firmness, sequence))
    return RightsSnapshot().apply(movements)


def movement(
    route: Route,
    quantity: int,
    period: Period = ONE_DAY,
    firmness: Firmness = Firmness.FIRM,
    sequence: int = 0,
) -> Movement:
    return Movement(
        network_id=NetworkId(UUID(int=1)),
        contract_id=ContractId(UUID(int=2)),
        holder_id=PartyId(UUID(int=3)),
        route=route,
        firmness=firmness,
        period=period,
        quantity=quantity,
        cause=MovementCause.BOOKING,
        cause_id=UUID(int=4),
        sequence=sequence,
    )


def verifier(
    of: Network,
    policy: Policy = ROBUST,
    overlays: Iterable[Overlay] = (),
    solver: Solver | None = None,
    interruptible: Sequence[InterruptibleQuantity] = (),
) -> Verifier:
    """Return a verifier that is never out of time, however busy the machine is."""
    return Verifier(
        of,
        overlays,
        policy,
        solver or Highs(),
        revision_id=REVISION,
        interruptible=interruptible,
        clock=lambda: 0.0,
    )


def plain(verdict: Verdict) -> Verdict:
    """A checked verdict as one that a test may change."""
    return Verdict(**{field.name: getattr(verdict, field.name) for field in fields(Verdict)})


def random_network(random: np.random.Generator, *, nodes: int, edges: int, widest: int = 30) -> Network:
    """A connected network; about a third of its nodes are entries, exits and junctions each."""
    names = [f"n{i}" for i in range(nodes)]
    roles = random.choice(["in", "out", "both", ""], nodes, p=[0.3, 0.35, 0.1, 0.25])
    roles[0], roles[1] = "in", "out"
    order = random.permutation(nodes)
    ends = [(names[a], names[b]) for a, b in pairwise(order)]
    while len(ends) < edges:
        a, b = random.choice(nodes, 2, replace=False)
        ends.append((names[a], names[b]))
    return network(
        dict(zip(names, roles.tolist(), strict=True)),
        [(a, b, _bound(random, widest), _bound(random, widest)) for a, b in ends],
    )


def _bound(random: np.random.Generator, widest: int) -> int | None:
    """A capacity, now and then closed or without bound."""
    kind = random.random()
    return 0 if kind < 0.15 else None if kind > 0.9 else int(random.integers(1, widest))


def routes(of: Network) -> list[Route]:
    """Every route of a network."""
    entries: list[str | None] = [node.id for node in of.nodes if node.role.may_enter]
    exits: list[str | None] = [node.id for node in of.nodes if node.role.may_exit]
    pairs = [(entry, exit_) for entry in [*entries, None] for exit_ in [*exits, None]]
    return [Route(entry, exit_) for entry, exit_ in pairs if entry != exit_]


def random_rights(
    random: np.random.Generator, of: Network, *, count: int, largest: int, period: Period = ONE_DAY
) -> RightsSnapshot:
    """Rights on random routes, each for a random part of `period`."""
    choice = routes(of)
    granted: list[Right] = []
    for _ in range(count):
        first = int(random.integers(period.days))
        length = int(random.integers(1, period.days - first + 1))
        start = period.start + timedelta(days=first)
        route = choice[random.integers(len(choice))]
        own = Period(start, start + timedelta(days=length))
        granted.append((route, int(random.integers(1, largest + 1)), own))
    return rights(*granted)


def flow_is_feasible(of: Network, stack: Mapping[Route, int]) -> bool:
    """Level FLOW by networkx: all supply reaches all demand, the scarcer hub side in full."""
    entries = {r.receipt: q for r, q in stack.items() if r.delivery is None}
    exits = {r.delivery: q for r, q in stack.items() if r.receipt is None}
    hub = min(sum(entries.values()), sum(exits.values()))
    graph = capacity_graph(of)
    in_full_entries = hub == sum(entries.values())
    for node, quantity in entries.items():
        add_capacity(graph, "source" if in_full_entries else "entries", node, quantity)
    for node, quantity in exits.items():
        add_capacity(graph, node, "exits" if in_full_entries else "sink", quantity)
    add_capacity(graph, "exits", "sink", hub if in_full_entries else 0)
    add_capacity(graph, "source", "entries", 0 if in_full_entries else hub)
    paths = {r: q for r, q in stack.items() if r.receipt is not None and r.delivery is not None}
    for route, quantity in paths.items():
        add_capacity(graph, "source", route.receipt, quantity)
        add_capacity(graph, route.delivery, "sink", quantity)
    value = networkx.maximum_flow_value(graph, "source", "sink", flow_func=edmonds_karp)
    return bool(value == hub + sum(paths.values()))


def capacity_graph(of: Network) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    graph.add_nodes_from([node.id for node in of.nodes])
    for edge in of.edges:
        add_capacity(graph, edge.tail, edge.head, _wide(edge.capacity_forward))
        add_capacity(graph, edge.head, edge.tail, _wide(edge.capacity_backward))
    return graph


def add_capacity(graph: networkx.DiGraph, tail: str | None, head: str | None, quantity: int) -> None:
    known = graph.get_edge_data(tail, head, {"capacity": 0})["capacity"]
    graph.add_edge(tail, head, capacity=known + quantity)


def _wide(capacity: int | None) -> int:
    return 10**9 if capacity is None else capacity


def node_sets(of: Network) -> Iterator[frozenset[str]]:
    """Every set of nodes."""
    names = [node.id for node in of.nodes]
    return map(frozenset, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def robust_is_feasible(of: Network, stack: Mapping[Route, int]) -> bool:
    """Level ROBUST by looking at every set of nodes."""
    return all(robust_shortfall(of, stack, inside) <= 0 for inside in node_sets(of))


def robust_shortfall(of: Network, stack: Mapping[Route, int], inside: frozenset[str]) -> int:
    entry = sum(q for r, q in stack.items() if r.delivery is None and r.receipt in inside)
    exit_ = sum(q for r, q in stack.items() if r.receipt is None and r.delivery not in inside)
    paths = sum(
        q
        for r, q in stack.items()
        if r.receipt is not None
        and r.delivery is not None
        and r.receipt in inside
        and r.delivery not in inside
    )
    capacity = sum(
        _wide(edge.capacity_forward if edge.tail in inside else edge.capacity_backward)
        for edge in of.edges
        if (edge.tail in inside) != (edge.head in inside)
    )
    return min(entry, exit_) + paths - capacity


def technical(of: Network, route: Route) -> int:
    """The technical capacity of a route by networkx."""
    graph = capacity_graph(of)
    for node in of.nodes:
        if node.role.may_enter and node.id != route.delivery:
            graph.add_edge("entries", node.id, capacity=10**9)
        if node.role.may_exit and node.id != route.receipt:
            graph.add_edge(node.id, "exits", capacity=10**9)
    graph.add_nodes_from(["entries", "exits"])
    source, sink = route.receipt or "entries", route.delivery or "exits"
    own_limits = {
        RouteKind.ENTRY: next((node.entry_capacity for node in of.nodes if node.id == route.receipt), None),
        RouteKind.EXIT: next((node.exit_capacity for node in of.nodes if node.id == route.delivery), None),
    }
    most = int(networkx.maximum_flow_value(graph, source, sink))
    return min(most, _wide(own_limits.get(route.kind)))
