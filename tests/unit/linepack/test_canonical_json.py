import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import pytest

from linepack.canonical_json import canonical_json, digest


def test_equal_values_have_equal_bytes_whatever_their_order() -> None:
    assert canonical_json({"b": 1, "a": {"d": 2, "c": 3}}) == b'{"a":{"c":3,"d":2},"b":1}'
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_values_of_the_domain_have_one_form() -> None:
    value = {
        "amount": Decimal("1.50"),
        "day": date(2026, 10, 1),
        "at": datetime(2026, 10, 1, 4, tzinfo=UTC),
        "id": UUID(int=1),
        "parties": frozenset({"b", "a"}),
        "frozen": MappingProxyType({"x": (1, 2)}),
        "name": "Fernleitung Süd",
    }

    assert canonical_json(value).decode() == (
        '{"amount":"1.50","at":"2026-10-01T04:00:00+00:00","day":"2026-10-01","frozen":{"x":[1,2]},'
        '"id":"00000000-0000-0000-0000-000000000001","name":"Fernleitung Süd","parties":["a","b"]}'
    )


def test_the_digest_is_the_sha_256_of_the_bytes() -> None:
    assert digest([]) == hashlib.sha256(b"[]").hexdigest()


@pytest.mark.parametrize(("value", "error"), [(object(), TypeError), (float("nan"), ValueError)])
def test_what_has_no_canonical_form_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical_json(value)
