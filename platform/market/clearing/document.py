"""A clearing as a document: what is printed as JSON, and stored of one that was awarded."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linepack.gasday import Period
from linepack.money import Money
from market.clearing.prices_shown import as_decimal, decimal
from market.clearing.result import Award, Clearing, PriceOfEdge, PriceOfLimit


def to_document(found: Clearing) -> dict[str, Any]:
    """Return a clearing as plain JSON: prices per unit and gas day and amounts of money as strings."""
    settlement, adequacy = found.settlement, found.adequacy
    return {
        "level": found.level.value,
        "surplus": exactly(found.surplus),
        "bound": exactly(found.bound),
        "gap": exactly(found.gap),
        "awards": [_award(one) for one in found.awards],
        "limits": [_limit(one) for one in found.limits],
        "edges": [_edge(one) for one in found.edges],
        "settlement": {
            "paid": _amount(settlement.paid),
            "received": _amount(settlement.received),
            "uplift": _amount(settlement.uplift),
            "operator": _amount(settlement.operator),
            "rent": exactly(settlement.rent),
            "reserve": exactly(settlement.reserve),
        },
        "revenue_adequacy": {
            "value_of_capacity": exactly(adequacy.value_of_capacity),
            "value_of_rights": exactly(adequacy.value_of_rights),
            "holds": adequacy.holds,
        },
        "is_proved": found.is_proved,
        "proofs": [
            {
                "receipt": one.request.route.receipt,
                "delivery": one.request.route.delivery,
                "period": _period(one.request.period),
                "outcome": one.outcome.value,
                "level": one.level.value,
                "reason": one.reason,
                "verdict": one.to_json(),
            }
            for one in found.decisions
        ],
        "input_hash": found.input_hash,
        "solver": found.solver,
        "solver_version": found.solver_version,
    }


def _award(award: Award) -> Mapping[str, Any]:
    more = award.more_at
    return {
        "bid": award.bid.id,
        "awarded": award.quantity,
        "price": _plain(decimal(award.path_price)),
        "rate": _plain(award.rate),
        "payment": _amount(award.payment),
        "uplift": _amount(award.uplift),
        "more_at": None if more is None else {"price": _plain(more.price), "units": more.units},
        "why": award.text,
    }


def _edge(edge: PriceOfEdge) -> Mapping[str, Any]:
    return {
        "edge": edge.edge_id,
        "tail": edge.tail,
        "head": edge.head,
        "periods": [_period(one) for one in edge.periods],
        "price": _plain(decimal(edge.price)),
    }


def _limit(limit: PriceOfLimit) -> Mapping[str, Any]:
    return {
        "text": limit.text,
        "periods": [_period(one) for one in limit.periods],
        "edges": [str(edge) for edge in limit.edges],
        "price": _plain(decimal(limit.price)),
        "capacity": limit.capacity,
        "load": limit.load,
    }


def exactly(amount: Fraction) -> str:
    """Return an exact amount of money as text without zeros at its end."""
    return _plain(as_decimal(amount))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _amount(money: Money) -> str:
    return f"{money.amount:f}"


def _period(period: Period) -> Mapping[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
