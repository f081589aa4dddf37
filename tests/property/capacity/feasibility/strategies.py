"""Small networks with rights on them, for properties that look at every set of nodes."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from tests.unit.capacity.feasibility.samples import DAY, network, rights, routes

from capacity.networks.model import Network, Overlay, OverlayKind
from capacity.rights.model import Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period

WEEK = Period(DAY, DAY + timedelta(days=7))

capacities = st.one_of(st.integers(0, 12), st.just(0), st.none())


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Three to six nodes, not always connected, with parallel, one-way, closed and endless edges."""
    names = [f"n{i}" for i in range(draw(st.integers(3, 6)))]
    roles = {name: draw(st.sampled_from(["in", "out", "both", ""])) for name in names}
    roles |= {"n0": "in", "n1": "out"}
    ends = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    edges = draw(st.lists(st.tuples(ends, capacities, capacities), min_size=2, max_size=9))
    drawn = network(roles, [(tail, head, forward, backward) for (tail, head), forward, backward in edges])
    limits = st.none() | st.integers(0, 12)
    nodes = [replace(one, entry_capacity=draw(limits), exit_capacity=draw(limits)) for one in drawn.nodes]
    return replace(drawn, nodes=tuple(nodes))


@st.composite
def stacks(draw: st.DrawFn, of: Network, largest: int = 12) -> dict[Route, int]:
    """Rights of one day: up to six routes."""
    return draw(st.dictionaries(st.sampled_from(routes(of)), st.integers(1, largest), max_size=6))


@st.composite
def rights_of_a_week(draw: st.DrawFn, of: Network, largest: int = 6) -> RightsSnapshot:
    """Up to eight rights, each for some of the days of a week."""
    spans = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
        lambda ends: Period(DAY + timedelta(days=min(ends)), DAY + timedelta(days=max(ends) + 1))
    )
    right = st.tuples(st.sampled_from(routes(of)), st.integers(1, largest), spans)
    return rights(*draw(st.lists(right, max_size=8)))


@st.composite
def overlays(draw: st.DrawFn, of: Network) -> tuple[Overlay, ...]:
    """Up to two maintenances within the week."""
    start = st.integers(0, 6)
    one = st.tuples(st.sampled_from([edge.id for edge in of.edges]), start, st.sampled_from([0.0, 0.5, 2.0]))
    return tuple(
        Overlay(
            edge_id,
            OverlayKind.MAINTENANCE,
            Period(DAY + timedelta(days=first), DAY + timedelta(days=first + 2)),
            factor,
        )
        for edge_id, first, factor in draw(st.lists(one, max_size=2))
    )
