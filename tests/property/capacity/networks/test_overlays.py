import math
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.property.capacity.networks.strategies import DAYS, START, networks, overlays

from capacity.networks.model import Network, Overlay
from capacity.networks.overlays import on_day, segments
from linepack.gasday import Period

PERIOD = Period(START, START + timedelta(days=DAYS))
with_overlays = networks().flatmap(lambda network: st.tuples(st.just(network), overlays(network)))


@given(with_overlays)
def test_segments_cover_the_period_and_neighbours_differ(case: tuple[Network, list[Overlay]]) -> None:
    found = segments(*case, PERIOD)
    assert (found[0].period.start, found[-1].period.end) == (PERIOD.start, PERIOD.end)
    for before, after in pairwise(found):
        assert before.period.end == after.period.start
        assert before.capacities != after.capacities


@given(with_overlays)
def test_every_day_of_a_segment_has_its_capacities(case: tuple[Network, list[Overlay]]) -> None:
    for segment in segments(*case, PERIOD):
        for day in segment.period:
            assert on_day(*case, day) == segment.capacities


@given(with_overlays)
def test_capacity_is_the_product_of_the_days_factors_rounded_down(
    case: tuple[Network, list[Overlay]],
) -> None:
    network, present = case
    day = PERIOD.start
    capacities = on_day(network, present, day)
    for i, edge in enumerate(network.edges):
        factors = [Fraction(str(o.factor)) for o in present if o.edge_id == edge.id and day in o.period]
        product = math.prod(factors, start=Fraction(1))
        if edge.capacity_forward is None:
            assert capacities.forward[i] == (0 if product == 0 else None)
        else:
            assert capacities.forward[i] == math.floor(edge.capacity_forward * product)


@given(with_overlays, st.randoms(use_true_random=False))
def test_order_of_overlays_does_not_matter(case: tuple[Network, list[Overlay]], random: Random) -> None:
    network, present = case
    shuffled = list(present)
    random.shuffle(shuffled)
    assert segments(network, shuffled, PERIOD) == segments(network, present, PERIOD)


@given(with_overlays)
def test_no_overlay_of_at_most_one_gives_capacity(case: tuple[Network, list[Overlay]]) -> None:
    network, present = case
    lowering = [overlay for overlay in present if overlay.factor <= 1]
    for segment in segments(network, lowering, PERIOD):
        for edge, forward in zip(network.edges, segment.capacities.forward, strict=True):
            assert edge.capacity_forward is None or (forward is not None and forward <= edge.capacity_forward)
