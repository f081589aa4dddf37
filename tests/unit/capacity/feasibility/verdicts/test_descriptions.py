from datetime import date

import pytest

from capacity.feasibility.verdicts.descriptions import bottleneck_in_words, period_in_words
from capacity.feasibility.verdicts.explanation import CutEdge
from linepack.gasday import Period
from linepack.units import CommercialUnit

SPELL = Period(date(2027, 1, 14), date(2027, 2, 4))
EDGE = CutEdge("e", "27", "12", 6800)


def sentence(**changes: object) -> str:
    facts: dict[str, object] = {
        "edges": [EDGE],
        "nodes": ["27"],
        "limited": None,
        "periods": [SPELL],
        "missing": 3200,
        "quantity": 10_000,
        "unit": CommercialUnit.KWH_PER_H,
    }
    return bottleneck_in_words(**(facts | changes))  # type: ignore[arg-type]


def test_one_full_edge_is_said_as_the_operator_would() -> None:
    assert sentence() == (
        "edge 27 → 12 is full on 14 Jan to 3 Feb 2027; 3,200 of the 10,000 kWh/h are missing"
    )


def test_several_edges_and_spells_are_listed_and_many_are_counted() -> None:
    edges = [CutEdge(str(i), str(i), "x", 0) for i in range(5)]
    spells = [Period(date(2027, month, 1), date(2027, month, 2)) for month in (1, 3)]

    assert sentence(edges=edges, periods=spells, missing=1) == (
        "edges 0 → x, 1 → x and 3 more are full on 1 Jan 2027 and 1 Mar 2027; "
        "1 of the 10,000 kWh/h is missing"
    )


def test_without_edges_the_nodes_or_the_limit_are_named() -> None:
    assert sentence(edges=[]).startswith("no edge leads away from 27 on 14 Jan")
    assert sentence(edges=[], nodes=[], limited=("27 → hub", 6800)).startswith(
        "27 → hub is limited to 6,800 kWh/h on 14 Jan"
    )


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2027, 1, 14), date(2027, 1, 15), "14 Jan 2027"),
        (date(2027, 1, 14), date(2027, 2, 4), "14 Jan to 3 Feb 2027"),
        (date(2026, 12, 31), date(2027, 1, 2), "31 Dec 2026 to 1 Jan 2027"),
        (date(2027, 1, 1), date(2028, 1, 1), "1 Jan to 31 Dec 2027"),
    ],
)
def test_the_year_is_said_once_where_it_is_the_same(start: date, end: date, words: str) -> None:
    assert period_in_words(Period(start, end)) == words
