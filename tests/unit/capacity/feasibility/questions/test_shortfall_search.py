"""What is sold beyond capacity, by hand on small networks, and by every cut of random ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import networkx
import numpy as np
import pytest
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    ROBUST,
    capacity_graph,
    days,
    network,
    node_sets,
    random_network,
    random_rights,
    rights,
    robust_shortfall,
    technical,
    verifier,
)

from capacity.feasibility.questions.shortfall_search import Shortfall, Shortfalls
from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.networks.overlays import on_day
from capacity.networks.policy import Level, Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period

AX, BX, BY = Route("a", "x"), Route("b", "x"), Route("b", "y")

# a --100--> j --80--> x,  b --60--> j --50--> y: the edges aj0, bj1, jx2, jy3.
FORK = network(
    {"a": "in", "b": "in", "j": "", "x": "out", "y": "out"},
    [("a", "j", 100, 0), ("b", "j", 60, 0), ("j", "x", 80, 0), ("j", "y", 50, 0)],
)
JANUARY = days(1, 32)


def closed(edge_id: str, period: Period, factor: float = 0.0) -> Overlay:
    return Overlay(edge_id, OverlayKind.MAINTENANCE, period, factor, "pigging")


def found(
    of: Network, snapshot: RightsSnapshot, *overlays: Overlay, policy: Policy = FLOW, over: Period = JANUARY
) -> Shortfalls:
    return verifier(of, policy, overlays).views.shortfalls(snapshot, over, seconds=60)


def figures(one: Shortfall) -> tuple[list[str], int, int, int]:
    return [edge.edge_id for edge in one.edges], one.capacity, one.demand, one.units


@pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])
def test_a_closed_edge_leaves_all_that_is_sold_across_it_short_on_its_days(policy: Policy) -> None:
    # 70 to x and 40 to y. With jx closed on the 10th, 70 of 70 cannot leave for x; to y all is well.
    day = days(10, 11)
    snapshot = rights((AX, 70), (BY, 40), period=JANUARY)
    (short,) = found(FORK, snapshot, closed("jx2", day), policy=policy).short
    assert figures(short) == (["jx2"], 0, 70, 70)
    assert (short.routes, short.periods, short.limit) == ((AX,), (day,), None)
    assert set(short.nodes) >= {"a", "j"}
    assert "x" not in short.nodes


def test_days_of_different_rights_have_their_own_figures_on_one_cut() -> None:
    # aj at half: 50. Sold 70 until the 15th, 90 from then on: 20 and 40 too many. Kinds 50 and less are fine.
    snapshot = rights((AX, 70, days(5, 15)), (AX, 80, days(15, 20)), (AX, 50, days(20, 32)))
    result = found(FORK, snapshot, closed("aj0", JANUARY, 0.5))
    assert [(*figures(one)[1:], one.periods) for one in result.short] == [
        (50, 70, 20, (days(5, 15),)),
        (50, 80, 30, (days(15, 20),)),
    ]
    assert result.undecided == ()
    carried = [period for kind in result.carried for period in kind.periods]
    assert sorted(carried) == [days(1, 5), days(20, 32)]


def test_two_cuts_are_found_behind_one_another_the_larger_first() -> None:
    # a → x 80 and b → y 50 are sold. jx at 0.25 carries 20: 60 short. bj at 0.5 carries 30: 20 short.
    snapshot = rights((AX, 80), (BY, 50), period=JANUARY)
    result = found(FORK, snapshot, closed("jx2", JANUARY, 0.25), closed("bj1", JANUARY, 0.5))
    assert [figures(one) for one in result.short] == [(["jx2"], 20, 80, 60), (["bj1"], 30, 50, 20)]
    assert [one.routes for one in result.short] == [(AX,), (BY,)]


def test_entries_and_exits_are_short_where_a_nomination_can_force_more_than_passes() -> None:
    # Robust: entries 100 at a and 60 at b, exits 80 at x and 50 at y. jx at half carries 40. A nomination may
    # deliver all 80 to x: min(160, 80) = 80 across jx, 40 too many. Entries inside and the exit x count.
    granted = rights(
        (Route("a", None), 100),
        (Route("b", None), 60),
        (Route(None, "x"), 80),
        (Route(None, "y"), 50),
        period=JANUARY,
    )
    (short,) = found(FORK, granted, closed("jx2", JANUARY, 0.5), policy=ROBUST).short
    assert figures(short) == (["jx2"], 40, 80, 40)
    assert short.routes == (Route(None, "x"), Route("a", None), Route("b", None))


def test_the_other_side_of_the_hub_is_not_counted_where_it_forces_nothing() -> None:
    # No exit is sold beyond jy, so entries force nothing there: only the path b → y is short.
    granted = rights((Route("a", None), 50), (Route(None, "x"), 50), (BY, 50), period=JANUARY)
    (short,) = found(FORK, granted, closed("jy3", JANUARY, 0.5), policy=ROBUST).short
    assert (figures(short), short.routes) == ((["jy3"], 25, 50, 25), (BY,))


def test_a_point_that_lets_through_less_than_is_sold_there_is_named() -> None:
    # x lets 30 through by a later revision; 70 are sold to it over two routes.
    nodes = tuple(replace(node, exit_capacity=30) if node.id == "x" else node for node in FORK.nodes)
    snapshot = rights((AX, 40), (BX, 30), period=JANUARY)
    (short,) = found(replace(FORK, nodes=nodes), snapshot).short
    assert (short.level, short.limit, short.nodes) == (Level.RIGHTS, Route(None, "x"), ())
    assert (short.capacity, short.demand, short.units, short.routes) == (30, 70, 40, (AX, BX))


def test_at_level_rights_each_point_and_path_is_judged_alone() -> None:
    # Both paths go through jx (80): 60 each, x as a point has 80 of the 120 sold to it.
    snapshot = rights((AX, 60), (BX, 60), period=JANUARY)
    (short,) = found(FORK, snapshot, policy=Policy(Level.RIGHTS, Level.RIGHTS)).short
    assert (short.limit, short.capacity, short.demand) == (Route(None, "x"), 80, 120)


def test_interruptible_rights_are_never_short() -> None:
    snapshot = rights((AX, 80, JANUARY, Firmness.INTERRUPTIBLE))
    assert found(FORK, snapshot, closed("jx2", JANUARY)).short == ()


@pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])
def test_days_that_are_not_proved_in_time_are_said_to_be_undecided(policy: Policy) -> None:
    snapshot = rights((AX, 70), (Route("a", None), 5), (Route(None, "y"), 5), period=days(3, 6))
    own = verifier(FORK, policy, [closed("jx2", days(3, 4))])
    result = own.views.shortfalls(snapshot, days(3, 6), seconds=0)
    assert sorted(p for kind in result.undecided for p in kind.periods) == [days(3, 4), days(4, 6)]
    assert result.carried == ()
    assert all(kind.reason for kind in result.undecided)


@pytest.mark.parametrize("policy", [FLOW, ROBUST], ids=["flow", "robust"])
@pytest.mark.parametrize("seed", range(80))
def test_the_days_listed_and_the_largest_shortfall_are_those_of_all_cuts(seed: int, policy: Policy) -> None:
    random = np.random.default_rng(seed)
    of = random_network(random, nodes=int(random.integers(3, 8)), edges=int(random.integers(3, 12)))
    over = days(1, 7)
    snapshot = random_rights(random, of, count=int(random.integers(1, 9)), largest=14, period=over)
    edge = of.edges[random.integers(len(of.edges))]
    overlay = closed(edge.id, days(2, 5), float(random.choice([0.0, 1.0])))
    result = found(of, snapshot, overlay, policy=policy, over=over)
    assert result.undecided == ()
    for day in over:
        there, stack = as_on(of, overlay, day), snapshot.stack(day)
        listed = [one for one in result.short if any(day in period for period in one.periods)]
        is_carried = any(day in period for kind in result.carried for period in kind.periods)
        of_any, of_two_sides = largest_excess(there, stack, policy.firm_level)
        assert is_carried == (not listed) == (of_any == 0)
        assert of_two_sides <= max((one.units for one in listed), default=0) <= of_any
        for one in listed:
            assert one.units == excess_of(there, stack, one, policy.firm_level)


def as_on(of: Network, overlay: Overlay, day: GasDay) -> Network:
    """The network with the capacities of a day."""
    capacities = on_day(of, [overlay], day)
    edges = zip(of.edges, capacities.forward, capacities.backward, strict=True)
    return replace(
        of,
        edges=tuple(
            replace(edge, capacity_forward=forward, capacity_backward=backward)
            for edge, forward, backward in edges
        ),
    )


def largest_excess(of: Network, stack: Mapping[Route, int], level: Level) -> tuple[int, int]:
    """The largest shortfall of all cuts and technical limits, 0 when nothing is short.

    And the same of limits and those cuts only that divide the network in two, each side connected.
    """
    shortfall = robust_shortfall if level is Level.ROBUST else flow_shortfall
    graph = networkx.Graph([(edge.tail, edge.head) for edge in of.edges])
    limits = [sum(own) - technical(of, limit) for limit, own in limited(stack)]
    cuts = {inside: shortfall(of, stack, inside) for inside in node_sets(of)}
    in_two = [
        units
        for inside, units in cuts.items()
        if 0 < len(inside) < len(graph)
        and networkx.is_connected(graph.subgraph(inside))
        and networkx.is_connected(graph.subgraph(set(graph) - inside))
    ]
    return max(0, *limits, *cuts.values()), max(0, *limits, *in_two)


def excess_of(of: Network, stack: Mapping[Route, int], listed: Shortfall, level: Level) -> int:
    """What is missing of one thing that is listed."""
    if listed.limit is None:
        shortfall = robust_shortfall if level is Level.ROBUST else flow_shortfall
        return shortfall(of, stack, frozenset(listed.nodes))
    return sum(dict(limited(stack))[listed.limit]) - technical(of, listed.limit)


def limited(stack: Mapping[Route, int]) -> Iterator[tuple[Route, list[int]]]:
    for point in {route.receipt for route in stack} - {None}:
        yield Route(point, None), [q for route, q in stack.items() if route.receipt == point]
    for point in {route.delivery for route in stack} - {None}:
        yield Route(None, point), [q for route, q in stack.items() if route.delivery == point]
    yield from ((route, [q]) for route, q in stack.items() if route.receipt and route.delivery)


def flow_shortfall(of: Network, stack: Mapping[Route, int], inside: frozenset[str]) -> int:
    """The hub is one more node, on either side; the scarcer side's points must send or take all they have."""
    entry = {r.receipt: q for r, q in stack.items() if r.delivery is None}
    exit_ = {r.delivery: q for r, q in stack.items() if r.receipt is None}
    # Least that the hub must bring to a node, where the scarcer side is used in full; and what may go back.
    entries_are_fewer = sum(entry.values()) <= sum(exit_.values())
    least = {
        node.id: entry.get(node.id, 0) - exit_.get(node.id, 0)
        if entries_are_fewer
        else -exit_.get(node.id, 0)
        for node in of.nodes
    }
    most = {
        node.id: entry.get(node.id, 0) if entries_are_fewer else entry.get(node.id, 0) - exit_.get(node.id, 0)
        for node in of.nodes
    }
    paths = sum(
        q * ((r.receipt in inside) - (r.delivery in inside))
        for r, q in stack.items()
        if r.receipt is not None and r.delivery is not None
    )
    graph = capacity_graph(of)
    capacity = sum(
        data["capacity"]
        for tail, head, data in graph.edges(data=True)
        if tail in inside and head not in inside
    )
    hub_outside = sum(least[node] for node in inside)
    hub_inside = -sum(most[node] for node in least if node not in inside)
    return int(paths + max(hub_outside, hub_inside) - capacity)


def test_a_year_is_looked_at_by_kinds_of_day() -> None:
    year = Period(JANUARY.start, JANUARY.start + timedelta(days=365))
    result = found(FORK, rights((AX, 80), period=year), closed("jx2", days(40, 41)), over=year)
    assert [one.periods for one in result.short] == [(days(40, 41),)]
    assert len(result.carried) == 1
