import pytest

from capacity.networks.formats.geodesy import geodesic_m, length_m


def test_one_degree_along_the_equator() -> None:
    # 6 378 137 m · π / 180.
    assert geodesic_m((0, 0), (1, 0)) == pytest.approx(111_319.491, abs=0.01)


def test_one_degree_along_the_meridian_at_the_equator() -> None:
    # Vincenty: 110 574.389 m.
    assert geodesic_m((0, 0), (0, 1)) == pytest.approx(110_574.389, abs=1)


def test_flinders_peak_to_buninyong() -> None:
    # The example of Geoscience Australia's GDA manual (GRS 80): 54 972.271 m.
    flinders_peak = (144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600))
    buninyong = (143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600))
    assert geodesic_m(flinders_peak, buninyong) == pytest.approx(54_972.271, abs=1)


def test_no_way_is_no_length() -> None:
    assert geodesic_m((8.5, 50.1), (8.5, 50.1)) == 0


def test_date_line_is_no_detour() -> None:
    assert geodesic_m((179.5, 0), (-179.5, 0)) == pytest.approx(111_319.491, abs=0.01)


def test_line_is_as_long_as_its_parts() -> None:
    assert length_m([(0, 0), (1, 0), (1, 1)]) == pytest.approx(111_319.491 + 110_574.389, abs=2)
