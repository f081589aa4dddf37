"""API types show the attributes of domain values; inputs become commands."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import pytest
import strawberry

from linepack import gasday
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.scalars import Period, Quantity

NOVEMBER = gasday.Period(date(2026, 11, 1), date(2026, 12, 1))


@dataclass(frozen=True)
class Stretch:
    period: gasday.Period
    units: int


@dataclass(frozen=True)
class Offer:
    period: gasday.Period | None
    stretches: tuple[Stretch, ...]
    names: frozenset[str]
    owner: str = "hidden"


@strawberry.type
class ShownStretch(FromDomain):
    period: Period
    quantity: Quantity

    @classmethod
    def of(cls, value: Stretch) -> Self:
        return shown_as(cls, value, quantity=Quantity(value.units))


@strawberry.type
class ShownOffer(FromDomain):
    period: Period | None
    stretches: list[ShownStretch]
    names: list[str]


@strawberry.input
class OfferInput:
    quantity: int
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class MakeOffer:
    contract_id: int
    quantity: int
    is_firm: bool = True
    idempotency_key: str


def test_fields_are_carried_over_and_converted_by_their_types() -> None:
    shown = ShownOffer.of(Offer(NOVEMBER, (Stretch(NOVEMBER, 7),), frozenset("cab")))
    assert shown.period is not None
    assert (shown.period.start, shown.period.days) == (date(2026, 11, 1), 30)
    [stretch] = shown.stretches
    assert (stretch.period.end, stretch.quantity) == (date(2026, 12, 1), 7)
    assert shown.names == ["a", "b", "c"]


def test_none_stays_none() -> None:
    assert ShownOffer.of(Offer(None, (), frozenset())).period is None


def test_a_field_that_the_value_lacks_is_an_error() -> None:
    value: Any = Stretch(NOVEMBER, 7)
    with pytest.raises(AttributeError, match="stretches"):
        shown_as(ShownOffer, value, names=[])


def test_a_command_takes_what_the_input_has_and_keeps_its_defaults() -> None:
    stated = OfferInput(quantity=5, idempotency_key="once")
    made = command_of(MakeOffer, stated, contract_id=3)
    assert made == MakeOffer(contract_id=3, quantity=5, is_firm=True, idempotency_key="once")


def test_a_command_without_what_it_needs_is_an_error() -> None:
    with pytest.raises(TypeError, match="contract_id"):
        command_of(MakeOffer, OfferInput(quantity=5, idempotency_key="once"))
