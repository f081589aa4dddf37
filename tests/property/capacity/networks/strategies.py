"""Arbitrary sound networks, and overlays on them."""

from datetime import date, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from capacity.networks.model import (
    Edge,
    EdgeKind,
    GasProperties,
    Network,
    Node,
    NodeRole,
    Overlay,
    OverlayKind,
)
from linepack.gasday import GasDayClock, Period
from linepack.units import CommercialUnit, GasQuality

T = TypeVar("T")

START = date(2027, 1, 1)
DAYS = 60

positive = st.floats(1e-6, 1e6)
finite = st.floats(-1e12, 1e12)
units = st.integers(0, 10**12)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
ids = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


@st.composite
def nodes(draw: st.DrawFn, node_id: str) -> Node:
    low, high = sorted(draw(st.tuples(positive, positive)))
    longitude, latitude = draw(maybe(positions)) or (None, None)
    return Node(
        id=node_id,
        role=draw(st.sampled_from(NodeRole)),
        name=draw(texts),
        pressure_min_bar=draw(maybe(st.just(low))),
        pressure_max_bar=draw(maybe(st.just(high))),
        height_m=draw(finite),
        longitude=longitude,
        latitude=latitude,
        x=draw(maybe(finite)),
        y=draw(maybe(finite)),
        entry_capacity=draw(maybe(units)),
        exit_capacity=draw(maybe(units)),
    )


@st.composite
def edges(draw: st.DrawFn, edge_id: str, tail: str, head: str) -> Edge:
    return Edge(
        id=edge_id,
        kind=draw(st.sampled_from(EdgeKind)),
        tail=tail,
        head=head,
        name=draw(texts),
        length_m=draw(maybe(positive)),
        diameter_mm=draw(maybe(positive)),
        roughness_mm=draw(maybe(st.floats(0, 100))),
        friction_factor=draw(maybe(positive)),
        capacity_forward=draw(maybe(units)),
        capacity_backward=draw(maybe(units)),
        attributes=draw(st.dictionaries(texts, finite | texts, max_size=3)),
        route=tuple(draw(st.lists(positions, max_size=3))),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    names = draw(st.lists(ids, min_size=2, max_size=6, unique=True))
    spanning = [(draw(st.sampled_from(names[:i])), names[i]) for i in range(1, len(names))]
    more = draw(st.lists(st.permutations(names).map(lambda order: (order[0], order[1])), max_size=4))
    edge_ids = draw(st.lists(ids, min_size=len(spanning) + len(more), max_size=20, unique=True))
    ends = zip(edge_ids, spanning + more, strict=False)
    return Network(
        code=draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        name=draw(texts),
        unit=draw(st.sampled_from(CommercialUnit)),
        quality=GasQuality(draw(positive), draw(positive)),
        clock=GasDayClock(
            draw(st.sampled_from(["Europe/Berlin", "America/Chicago"])), draw(st.integers(0, 23))
        ),
        nodes=tuple(draw(nodes(name)) for name in names),
        edges=tuple(draw(edges(edge_id, tail, head)) for edge_id, (tail, head) in ends),
        attribution=draw(texts),
        gas_temperature_k=draw(positive),
        gas=GasProperties(draw(positive), draw(positive), draw(positive), draw(maybe(positive))),
        notes=tuple(draw(st.lists(texts, max_size=2))),
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(st.integers(-10, DAYS + 10))
    length = draw(st.integers(1, 40))
    return Period(START + timedelta(days=first), START + timedelta(days=first + length))


@st.composite
def overlays(draw: st.DrawFn, network: Network) -> list[Overlay]:
    edge_ids = [edge.id for edge in network.edges]
    factor = st.sampled_from([0.0, 0.1, 0.29, 0.5, 0.8, 1.0, 1.15, 2.0]) | st.floats(0, 2)
    overlay = st.builds(
        Overlay, st.sampled_from(edge_ids), st.sampled_from(OverlayKind), periods(), factor, texts
    )
    return draw(st.lists(overlay, max_size=5))
