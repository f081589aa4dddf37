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
from capacity.networks.stations import (
    Configuration,
    Drive,
    DriveKind,
    PistonCompressor,
    Station,
    TurboCompressor,
)
from linepack.gasday import GasDayClock, Period
from linepack.units import CommercialUnit, GasQuality

T = TypeVar("T")

START = date(2027, 1, 1)
DAYS = 60

positive = st.floats(1e-6, 1e6)
finite = st.floats(-1e12, 1e12)
pressures = st.floats(1e-6, 1e3)
units = st.integers(0, 10**12)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
ids = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


@st.composite
def nodes(draw: st.DrawFn, node_id: str) -> Node:
    low, high = sorted(draw(st.tuples(pressures, pressures)))
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


def coefficients(*counts: int) -> st.SearchStrategy[tuple[float, ...]]:
    return st.sampled_from(counts).flatmap(lambda count: st.tuples(*[finite] * count))


def turbo_compressors(machine_id: str, drive_id: str) -> st.SearchStrategy[TurboCompressor]:
    return st.builds(
        TurboCompressor,
        st.just(machine_id),
        st.just(drive_id),
        st.floats(1, 1e3),
        st.floats(1e3, 1e5),
        *(coefficients(count) for count in (9, 9, 3, 3)),
    )


def piston_compressors(machine_id: str, drive_id: str) -> st.SearchStrategy[PistonCompressor]:
    return st.builds(
        PistonCompressor,
        st.just(machine_id),
        st.just(drive_id),
        st.floats(1, 1e3),
        st.floats(1e3, 1e5),
        displacement_m3=positive,
        efficiency=st.floats(1e-6, 1),
        ratio_max=st.floats(1, 9),
        flow_reduction=st.floats(0, 0.9),
        torque_max_kn_m=maybe(positive),
    )


@st.composite
def stations(draw: st.DrawFn) -> Station:
    drives = st.builds(Drive, ids, st.sampled_from(DriveKind), coefficients(3, 9), coefficients(3))
    drive_list = draw(st.lists(drives, min_size=1, max_size=2, unique_by=lambda drive: drive.id))
    names = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    are_turbos = draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    turned = [(name, draw(st.sampled_from(drive_list)).id) for name in names]
    cut = draw(st.integers(1, len(names)))
    stages = [tuple(stage) for stage in (names[:cut], names[cut:]) if stage]
    return Station(
        turbos=tuple(
            draw(turbo_compressors(*machine))
            for machine, is_turbo in zip(turned, are_turbos, strict=True)
            if is_turbo
        ),
        pistons=tuple(
            draw(piston_compressors(*machine))
            for machine, is_turbo in zip(turned, are_turbos, strict=True)
            if not is_turbo
        ),
        drives=tuple(drive_list),
        configurations=(Configuration(draw(ids), tuple(draw(st.permutations(stages)))),),
    )


@st.composite
def edges(draw: st.DrawFn, edge_id: str, tail: str, head: str) -> Edge:
    kind = draw(st.sampled_from(EdgeKind))
    return Edge(
        id=edge_id,
        kind=kind,
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
        station=draw(maybe(stations())) if kind is EdgeKind.COMPRESSOR_STATION else None,
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
