"""A question about credit as a JSON file: limits, what is owed already, and what is asked for.

Amounts are strings, so that they are the decimals that they are written as. Every fault has its place.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import QUANTITY_MAX, Firmness, RouteKind
from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST, Period
from linepack.ids import CreditLimitId, NetworkId, PartyId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from market.credit.duties import Pricing, duty_asked
from market.credit.model import (
    Credit,
    CreditFactor,
    CreditLimit,
    Duty,
    DutyCause,
    DutyTerm,
    DutyTermKind,
    usage_of,
)
from market.credit.rules import DutyOf
from market.products.model import ProductRules, Runtime

ROWS_MAX: Final = 10_000
NOBODY: Final = UUID(int=0)

Amount = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]
Signed = Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
Day = Annotated[date, Field(ge=GAS_DAY_FIRST, le=GAS_DAY_LAST)]


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Factor(_Stated):
    factor: Amount
    firmness: Firmness | None = None
    runtime: Runtime | None = None


class _Limit(_Stated):
    code: str
    amount: Amount
    framework: str = ""
    factors: tuple[_Factor, ...] = ()
    kind: RouteKind | None = None
    firmness: Firmness | None = None
    runtime: Runtime | None = None


class _Product(_Stated):
    kind: RouteKind
    firmness: Firmness = Firmness.FIRM
    start: Day
    end: Day
    quantity: int = Field(gt=0, le=QUANTITY_MAX)


class _Term(_Stated):
    kind: DutyTermKind
    amount: Signed


class _Owed(_Product):
    label: str = ""
    terms: tuple[_Term, ...]


class _Asked(_Product):
    price_per_unit_day: Amount


class _File(_Stated):
    currency: Currency = Currency.EUR
    gas_year_month: int = Field(default=10, ge=1, le=12)
    limits: tuple[_Limit, ...] = Field(max_length=ROWS_MAX)
    duties: tuple[_Owed, ...] = Field(default=(), max_length=ROWS_MAX)
    asked: _Asked


def read_question(document: object) -> tuple[Credit, DutyOf, int]:
    """Return how the shipper of a parsed JSON file stands, what it asks for would owe, and how much it asks.

    Raises InvalidInput with every fault.
    """
    try:
        stated = _File.model_validate(document)
    except ValidationError as faults:
        raise InvalidInput(
            Fault(_place(one["loc"]), one["msg"][:1].lower() + one["msg"][1:]) for one in faults.errors()
        ) from None
    products = [("asked", stated.asked), *((f"duties[{n}]", one) for n, one in enumerate(stated.duties))]
    late = [place for place, one in products if one.start >= one.end]
    if late:
        raise InvalidInput(Fault(f"{place}.end", "must be after the start") for place in late)
    rules = ProductRules(NetworkId(NOBODY), date.min, gas_year_month=stated.gas_year_month)
    pricing = Pricing(stated.currency, rules, IndexValues({}))
    duties = [_duty(one, rules) for one in stated.duties]
    usages = tuple(usage_of(_limit(one, stated.currency), duties) for one in stated.limits)
    asked, price = stated.asked, Flat(stated.asked.price_per_unit_day)

    def duty_of(quantity: int) -> Duty:
        return duty_asked(
            pricing,
            [(price, Decimal(quantity))],
            kind=asked.kind,
            firmness=asked.firmness,
            period=Period(asked.start, asked.end),
            quantity=quantity,
        )

    return Credit(NetworkId(NOBODY), PartyId(NOBODY), usages), duty_of, asked.quantity


def _limit(stated: _Limit, currency: Currency) -> CreditLimit:
    return CreditLimit(
        id=CreditLimitId(NOBODY),
        network_id=NetworkId(NOBODY),
        code=stated.code,
        party_id=None,
        valid_from=GAS_DAY_FIRST,
        amount=stated.amount,
        currency=currency,
        framework=stated.framework,
        factors=tuple(CreditFactor(one.factor, one.firmness, one.runtime) for one in stated.factors),
        kind=stated.kind,
        firmness=stated.firmness,
        runtime=stated.runtime,
    )


def _duty(stated: _Owed, rules: ProductRules) -> Duty:
    period = Period(stated.start, stated.end)
    return Duty(
        cause=DutyCause.CONTRACT,
        subject_id=None,
        label=stated.label,
        kinds=frozenset({stated.kind}),
        firmness=stated.firmness,
        runtime=rules.runtime(period),
        period=period,
        quantity=stated.quantity,
        terms=tuple(DutyTerm(one.kind, one.amount) for one in stated.terms),
    )


def _place(parts: tuple[Any, ...]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
