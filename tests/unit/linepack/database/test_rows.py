"""Values become rows and rows values, by one declaration."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from linepack.database.rows import RowMapper, Stored
from linepack.database.table import Table, metadata
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency, Money


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


@dataclass(frozen=True, slots=True)
class Point:
    receipt: str | None
    delivery: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    issuer: str
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    colour: Colour
    period: Period
    backup: Colour | None


@dataclass(frozen=True, slots=True)
class Offer:
    id: ContractId
    point: Point
    terms: Terms
    price: Money
    colours: frozenset[Colour]
    share: Fraction
    parties: frozenset[PartyId] | None
    seller_id: PartyId | None = None
    subject: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    id: ContractId
    share: str


class OfferRow(Table, table=True):
    __tablename__ = "offer_for_row_mapper"

    id: UUID = Field(primary_key=True)
    receipt: str | None
    delivery: str | None
    colour: str
    start_day: date
    end_day: date
    backup: str | None
    amount: Decimal
    currency: str
    colours: list[str] = Field(sa_type=ARRAY(sa.Text))
    share: list[int] = Field(sa_type=JSONB)
    parties: list[UUID] | None = Field(sa_type=ARRAY(sa.Uuid()))
    seller_id: UUID | None
    issuer: str | None
    subject_name: str | None
    created_by: str


metadata.remove(OfferRow.core())  # no migration creates it


OFFERS = RowMapper(
    OfferRow,
    Offer,
    terms={"period": ("start_day", "end_day")},
    subject=("issuer", "subject_name"),
    share=Stored(lambda share: [share.numerator, share.denominator], lambda stored: Fraction(*stored)),
)

OFFER = Offer(
    id=ContractId(uuid4()),
    point=Point("north", None),
    terms=Terms(Colour.RED, Period(date(2027, 1, 1), date(2027, 2, 1)), None),
    price=Money(Decimal("1.5"), Currency.EUR),
    colours=frozenset({Colour.RED, Colour.BLUE}),
    share=Fraction(1, 3),
    parties=frozenset({PartyId(UUID(int=2)), PartyId(UUID(int=1))}),
    seller_id=PartyId(uuid4()),
    subject=Subject("issuer", "alice"),
)

STORED = {
    "id": OFFER.id,
    "receipt": "north",
    "delivery": None,
    "colour": "RED",
    "start_day": date(2027, 1, 1),
    "end_day": date(2027, 2, 1),
    "backup": None,
    "amount": Decimal("1.5"),
    "currency": "EUR",
    "colours": ["BLUE", "RED"],
    "share": [1, 3],
    "parties": [UUID(int=1), UUID(int=2)],
    "seller_id": OFFER.seller_id,
    "issuer": "issuer",
    "subject_name": "alice",
}


def result_of(*rows: dict[str, Any]) -> sa.Result[Any]:
    """Return what a query that finds these rows returns, its columns in another order than the table's."""
    columns = sorted(rows[0])
    found = iter([tuple(row[column] for column in columns) for row in rows])
    return sa.engine.IteratorResult(sa.engine.result.SimpleResultMetaData(columns), found)


def test_a_value_is_read_from_columns_with_a_prefix() -> None:
    row = result_of({"id": "another", **{f"offer_{name}": value for name, value in STORED.items()}}).one()
    assert OFFERS.read(row, prefix="offer_") == OFFER


def test_every_field_is_in_its_column() -> None:
    values = OFFERS.values(OFFER, created_by="me")
    assert values == STORED | {"created_by": "me"}
    assert type(values["colour"]) is str


@pytest.mark.parametrize(
    "offer",
    [
        OFFER,
        replace(OFFER, subject=None, seller_id=None, parties=None),
        replace(OFFER, terms=replace(OFFER.terms, backup=Colour.BLUE), colours=frozenset()),
        replace(OFFER, point=Point(None, None)),
    ],
)
def test_what_was_stored_is_read_whatever_else_the_row_has(offer: Offer) -> None:
    row = OFFERS.values(offer, created_by="me")
    assert OFFERS.all(result_of(row, row)) == [offer, offer]
    assert OFFERS.first(result_of(row)) == offer
    assert OFFERS.read(result_of(row).one()) == offer


def test_no_row_is_no_value() -> None:
    found = result_of(OFFERS.values(OFFER))
    found.fetchall()
    assert OFFERS.first(found) is None


def test_a_value_that_no_member_has_is_refused() -> None:
    with pytest.raises(ValueError, match="'GREEN' is not a valid Colour"):
        OFFERS.all(result_of(OFFERS.values(OFFER) | {"colour": "GREEN"}))


def test_a_row_without_a_column_is_refused() -> None:
    row = OFFERS.values(OFFER)
    del row["amount"]
    with pytest.raises(LookupError, match="amount"):
        OFFERS.all(result_of(row))


def test_fields_that_are_given_by_name_only_are_read_by_name() -> None:
    mapper = RowMapper(OfferRow, Named, share="created_by")
    named = Named(id=OFFER.id, share="all")
    assert mapper.values(named) == {"id": OFFER.id, "created_by": "all"}
    assert mapper.all(result_of(mapper.values(named))) == [named]


def test_a_column_that_the_table_lacks_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="OfferRow has no column start, end for Terms"):
        RowMapper(OfferRow, Terms)


def test_an_override_of_no_field_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="Terms has no field days"):
        RowMapper(OfferRow, Terms, period=("start_day", "end_day"), days="id")
