"""Whatever stands in a file of a clearing: it is read, or refused with a fault at every wrong place."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linepack.problems import InvalidInput
from market.clearing.file_form import OF_BID, read_draft

EXAMPLE = json.loads((Path(__file__).parents[4] / "examples" / "clearing.json").read_text())
NONSENSE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WRONG: dict[str, list[Any]] = {
    "id": ["", 3, None, "x" * 101],
    "party": ["", [], None],
    "receipt": ["D1", "nowhere", 3, None],
    "delivery": ["R1", "nowhere", {}, None],
    "quantity": [0, -1, 1.5, "5", True, 10**13, None],
    "price": ["-1", "1.1234567", "1e2", 9, "", None],
    "start": ["2027-2-1", "yesterday", 20271001],
    "end": ["2027-13-01", [], 5],
    "side": ["lend", 1],
    "minimum": [-1, "3", 0.5],
    "only_if": [5, "", []],
}


@given(st.dictionaries(st.sampled_from(["network", "level", "bids", "rights", "start", "other"]), NONSENSE))
@settings(max_examples=60)
def test_nonsense_is_refused_and_nothing_else_happens(changes: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        read_draft(deepcopy(EXAMPLE) | changes)


@given(st.data())
@settings(max_examples=60)
def test_every_wrong_member_of_every_bid_is_listed(data: st.DataObject) -> None:
    document = deepcopy(EXAMPLE)
    spoilt = data.draw(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(WRONG))), min_size=1, unique=True)
    )
    for place, member in spoilt:
        document["bids"][place][member] = data.draw(st.sampled_from(WRONG[member]))

    with pytest.raises(InvalidInput) as refused:
        read_draft(document)

    found = {fault.place for fault in refused.value.faults}
    assert found >= {f"bids[{place}].{member}" for place, member in spoilt}


def test_every_member_of_a_bid_can_be_wrong() -> None:
    assert WRONG.keys() == set(OF_BID)
