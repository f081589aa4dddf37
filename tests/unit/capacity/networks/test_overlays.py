from datetime import date

from tests.unit.capacity.networks.samples import bounded, network

from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.overlays import on_day, segments
from linepack.gasday import Period

YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
NETWORK = network(bounded("J-D1", 80, 40), bounded("J-D2", 70, 70), bounded("valve", None, 0))


def days(start: tuple[int, int], end: tuple[int, int]) -> Period:
    return Period(date(2027, *start), date(2027, *end))


def overlay(edge_id: str, factor: float, period: Period) -> Overlay:
    return Overlay(edge_id, OverlayKind.MAINTENANCE, period, factor)


def test_summer_factor_lowers_july_and_leaves_january() -> None:
    # Seed 000, F2: factor 0.8 from June to August on J→D1: 64 on 1 July, 80 on 1 January.
    summer = [overlay("J-D1", 0.8, days((6, 1), (9, 1)))]
    assert on_day(NETWORK, summer, date(2027, 7, 1)).forward == (64, 70, None)
    assert on_day(NETWORK, summer, date(2027, 1, 1)).forward == (80, 70, None)


def test_overlays_that_meet_multiply_and_round_down() -> None:
    # 80 · 0.5 · 0.3 = 12; 40 · 0.15 = 6; with a third of 0.9: 10.8 and 5.4.
    meeting = [overlay("J-D1", 0.5, YEAR), overlay("J-D1", 0.3, YEAR)]
    assert on_day(NETWORK, meeting, YEAR.start).forward[0] == 12
    assert on_day(NETWORK, [*meeting, overlay("J-D1", 0.9, YEAR)], YEAR.start).backward[0] == 5


def test_factor_counts_as_the_decimal_it_is_written_as() -> None:
    # 0.29 · 100 is 28.999999999999996 in binary fractions.
    hundred = network(bounded("AB", 100, 100))
    assert on_day(hundred, [overlay("AB", 0.29, YEAR)], YEAR.start).forward == (29,)


def test_unbounded_edge_stays_so_until_it_is_closed() -> None:
    assert on_day(NETWORK, [overlay("valve", 0.5, YEAR)], YEAR.start).forward[2] is None
    assert on_day(NETWORK, [overlay("valve", 0.0, YEAR)], YEAR.start).forward[2] == 0


def test_year_without_overlay_is_one_segment() -> None:
    [segment] = segments(NETWORK, [], YEAR)
    assert segment.period == YEAR


def test_year_is_cut_where_capacity_changes_and_nowhere_else() -> None:
    outage = overlay("J-D2", 0.0, days((3, 10), (3, 20)))
    no_change = overlay("J-D1", 1.0, days((5, 1), (6, 1)))
    found = segments(NETWORK, [outage, no_change], YEAR)
    assert [segment.period for segment in found] == [
        days((1, 1), (3, 10)),
        outage.period,
        Period(date(2027, 3, 20), YEAR.end),
    ]
    assert [segment.capacities.forward[1] for segment in found] == [70, 0, 70]
    assert hash(found[0].capacities) == hash(found[2].capacities)


def test_overlay_outside_of_the_period_has_no_effect() -> None:
    [segment] = segments(NETWORK, [overlay("J-D1", 0.0, days((2, 1), (3, 1)))], days((3, 1), (4, 1)))
    assert segment.capacities.forward[0] == 80


def test_overlay_that_began_before_the_period_counts_from_its_first_day() -> None:
    found = segments(NETWORK, [overlay("J-D1", 0.0, days((2, 1), (3, 15)))], days((3, 1), (4, 1)))
    assert [segment.capacities.forward[0] for segment in found] == [0, 80]
