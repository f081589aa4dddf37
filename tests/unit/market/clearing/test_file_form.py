"""A draft as a file: what is read, and every fault with its place."""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.unit.market.clearing.samples import OCTOBER_1, awards, cleared

from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.problems import InvalidInput
from market.clearing.file_form import BIDS_MAX, FAULTS_MAX, read_draft
from market.clearing.model import OutstandingRight, Side

EXAMPLE = Path(__file__).parents[4] / "examples" / "clearing.json"


def document() -> dict[str, Any]:
    """A file with one right and one offer on a shipped network."""
    return {
        "network": "gaslib-40",
        "level": "flow",
        "reserve_price": "0.25",
        "start": "2027-10-01",
        "end": "2027-10-02",
        "rights": [{"party": "ANNA", "receipt": "source_1", "delivery": None, "quantity": 10}],
        "bids": [
            {
                "id": "1",
                "party": "ANNA",
                "receipt": "source_1",
                "delivery": "sink_1",
                "quantity": 5,
                "price": "1.5",
            }
        ],
    }


def faults(changed: object) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_draft(changed)
    return [str(fault) for fault in refused.value.faults]


def test_a_file_is_read_with_its_defaults() -> None:
    draft = read_draft(document())

    assert (draft.network.code, draft.level, draft.reserve_price) == (
        "gaslib-40",
        Level.FLOW,
        Decimal("0.25"),
    )
    assert draft.rights == (OutstandingRight("ANNA", Route("source_1", None), OCTOBER_1, 10),)
    [bid] = draft.bids
    assert (bid.side, bid.period, bid.minimum, bid.only_if) == (Side.BUY, OCTOBER_1, 0, None)


def test_the_example_is_the_worked_one() -> None:
    assert awards(cleared(read_draft(json.loads(EXAMPLE.read_text())))) == [40, 60, 40, 10]


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_what_is_no_object_is_refused(value: object) -> None:
    assert faults(value)[0] == ": must be a JSON object".removeprefix(": ")


FAULTY: dict[str, Any] = {
    "network": "nowhere",
    "level": "high",
    "currency": "XXX",
    "reserve_price": 1,
    "start": "2027-02-30",
    "extra": 1,
    "rights": {"party": "ANNA"},
    "bids": [
        "bid",
        {"id": "", "party": 3, "side": "lend", "quantity": 0, "price": "1e3", "minimum": -1, "speed": 9},
        {
            "id": "2",
            "party": "B",
            "receipt": "R",
            "delivery": "R",
            "quantity": 5,
            "price": "-1",
            "minimum": 6,
        },
    ],
}
PLACES = [
    "extra",
    "network",
    "start",
    "reserve_price",
    "level",
    "currency",
    "rights",
    "bids[0]",
    "bids[1].speed",
    "bids[1].id",
    "bids[1].party",
    "bids[1].side",
    "bids[1].quantity",
    "bids[1].minimum",
    "bids[1].price",
    "bids[1].receipt",
    "bids[1].delivery",
    "bids[1].start",
    "bids[1].end",
    "bids[2].price",
    "bids[2].minimum",
    "bids[2].delivery",
    "bids[2].start",
    "bids[2].end",
]


def test_a_bad_file_lists_every_fault_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_draft(FAULTY)

    places = [fault.place for fault in refused.value.faults if not fault.place.startswith("bids[0].")]
    assert places == PLACES


def test_bids_are_for_points_of_the_network_where_gas_enters_and_exits() -> None:
    bad = document()
    bad["bids"][0] |= {"receipt": "sink_1", "delivery": "nowhere"}

    assert faults(bad) == [
        "bids[0].receipt: 'sink_1' is no entry point of the network",
        "bids[0].delivery: 'nowhere' is no exit point of the network",
    ]


def test_ids_are_used_once_and_links_lead_to_another_bid() -> None:
    bad = document()
    bad["bids"] = [
        bad["bids"][0],
        bad["bids"][0] | {"only_if": "1"},
        bad["bids"][0] | {"id": "3", "only_if": "9"},
    ]

    assert faults(bad) == [
        "bids[1].id: '1' is the id of bids[0] already",
        "bids[1].only_if: a bid cannot depend on itself",
        "bids[2].only_if: no bid has the id '9'",
    ]


def test_nobody_offers_more_than_it_holds_on_any_gas_day() -> None:
    one = document() | {"end": "2027-10-04"}
    path = {"receipt": "source_1", "delivery": "sink_1"}
    one["rights"] = [
        {"party": "ANNA", "quantity": 10, **path},
        {"party": "ANNA", "quantity": 5, "start": "2027-10-02", "end": "2027-10-03", **path},
    ]
    offer = {"id": "s", "party": "ANNA", "side": "sell", "price": "1", **path}
    read_draft(
        one
        | {
            "bids": [
                offer | {"quantity": 10},
                offer | {"id": "t", "quantity": 5, "start": "2027-10-02", "end": "2027-10-03"},
            ]
        }
    )

    for bids in (
        [offer | {"quantity": 11}],
        [offer | {"quantity": 10}, offer | {"id": "t", "quantity": 1, "start": "2027-10-03"}],
    ):
        [fault] = faults(deepcopy(one) | {"bids": bids})
        assert "offers 1 more on source_1 → sink_1 than it holds on" in fault
    [fault] = faults(deepcopy(one) | {"bids": [offer | {"party": "BERT", "quantity": 1}]})
    assert fault.startswith("bids[0].quantity: BERT offers 1 more")


def test_lists_and_faults_have_ends() -> None:
    many = document()
    many["bids"] = [many["bids"][0] | {"id": str(place)} for place in range(BIDS_MAX + 1)]
    assert faults(many) == [f"bids: has at most {BIDS_MAX:,} members, not {BIDS_MAX + 1:,}"]

    bad = document()
    bad["bids"] = [3] * (FAULTS_MAX + 1)
    assert len(faults(bad)) == FAULTS_MAX + 1
    assert faults(bad)[-1].endswith("more faults")


def test_a_network_in_the_file_is_refused_with_its_own_faults() -> None:
    bad = json.loads(EXAMPLE.read_text())
    bad["network"]["edges"][0]["tail"] = "nowhere"
    bad["network"]["nodes"][1]["role"] = "hall"
    bad["bids"][0]["price"] = "dear"

    found = "\n".join(faults(bad))
    assert "nowhere" in found
    assert "hall" in found
    assert "bids[0].price" in found
