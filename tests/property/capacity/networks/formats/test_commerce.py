from hypothesis import given
from hypothesis import strategies as st

from capacity.networks.formats.commerce import balanced

nominations = st.dictionaries(st.text(max_size=3), st.integers(-(10**12), 10**12), max_size=20)


@given(nominations)
def test_balanced_nominations_add_up_to_nothing_and_exceed_none(published: dict[str, int]) -> None:
    result, cut = balanced(published)
    assert sum(result.values()) == 0
    assert cut == abs(sum(published.values()))
    for key, units in published.items():
        assert 0 <= result[key] * (1 if units >= 0 else -1) <= abs(units)


@given(nominations)
def test_smaller_side_stays_as_published(published: dict[str, int]) -> None:
    result, _ = balanced(published)
    sign = 1 if sum(published.values()) <= 0 else -1
    assert all(result[key] == units for key, units in published.items() if units * sign > 0)


@given(nominations)
def test_balancing_again_changes_nothing(published: dict[str, int]) -> None:
    result, _ = balanced(published)
    assert balanced(result) == (result, 0)
