"""`linepack calculate clearing`: bids and offers of a file cleared together against a network."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from capacity.feasibility.errors import Undecided
from capacity.feasibility.verdicts.descriptions import period_in_words
from capacity.solvers.deadline import LimitReached
from linepack.money import Money
from market.clearing.file_form import read_draft
from market.clearing.model import Draft
from market.clearing.outcome import clear
from market.clearing.prices_shown import as_decimal, decimal, shown
from market.clearing.result import Award, Clearing, PriceOfEdge, PriceOfLimit
from server.cli.answers import Answer, Column, Line, Rows, Shown
from server.cli.files import read_json
from server.cli.settings import settings_or_exit
from server.services import solver_of

AWARDS: Final = (
    Column("bid", "bid"),
    Column("party", "party"),
    Column("side", "side"),
    Column("route", "path"),
    Column("asked", "asked"),
    Column("limit", "limit", "f"),
    Column("awarded", "awarded"),
    Column("price", "price", lambda price: f"{price.normalize():f}"),
    Column("payment", "payment", ",.2f"),
    Column("why", "why"),
)
EDGES: Final = (
    Column("edge", "edge"),
    Column("direction", "direction"),
    Column("days", "gas days"),
    Column("price", "price", lambda price: f"{price.normalize():f}"),
)


def clearing(*, file: Path, seconds: float) -> Answer:
    """Clear a draft; status 1 where the award was not proved."""
    draft = read_draft(read_json(file))
    solver = solver_of(settings_or_exit())
    try:
        found = clear(draft, solver, at=datetime.now(UTC), seconds=seconds)
    except LimitReached as reason:
        raise Undecided(str(reason)) from reason
    return _answer(draft, found)


def _answer(draft: Draft, found: Clearing) -> Answer:
    awards, edges = [_award(one) for one in found.awards], [_edge(one) for one in found.edges]
    settlement, adequacy = found.settlement, found.adequacy
    values = {
        "unit": draft.network.unit,
        "currency": draft.currency,
        "level": found.level,
        "surplus": _exactly(found.surplus),
        "bound": _exactly(found.bound),
        "gap": _exactly(found.gap),
        "awards": awards,
        "limits": [_limit(one) for one in found.limits],
        "edges": edges,
        "settlement": {
            "paid": settlement.paid.amount,
            "received": settlement.received.amount,
            "uplift": settlement.uplift.amount,
            "operator": settlement.operator.amount,
            "rent": _exactly(settlement.rent),
            "reserve": _exactly(settlement.reserve),
        },
        "revenue_adequacy": {
            "value_of_capacity": _exactly(adequacy.value_of_capacity),
            "value_of_rights": _exactly(adequacy.value_of_rights),
            "holds": adequacy.holds,
        },
        "proofs": [
            {
                "route": str(one.request.route),
                "period": one.request.period,
                "outcome": one.outcome,
                "level": one.level,
                "reason": one.reason,
            }
            for one in found.decisions
        ],
        "input_hash": found.input_hash,
        "solver": found.solver,
        "solver_version": found.solver_version,
    }
    status = 0 if found.is_proved else 1
    title = f"Quantities in {draft.network.unit}, prices in {draft.currency} per unit and gas day"
    shown_edges = [Rows(EDGES, edges, title="Edges with a price")] if edges else ["No edge has a price."]
    return Answer.of(
        values, Rows(AWARDS, awards, title=title), *shown_edges, *_lines(draft, found), status=status
    )


def _lines(draft: Draft, found: Clearing) -> Iterator[Shown]:
    settlement = found.settlement
    beyond = f" than {shown(found.bound)}" if found.gap else ""
    yield f"surplus {shown(found.surplus)} {draft.currency}; no award is worth more{beyond}"
    yield (
        f"buyers pay {settlement.paid}, sellers get {settlement.received}, uplift {settlement.uplift}, "
        f"the operator gets {settlement.operator}"
    )
    covers = "cover" if found.adequacy.holds else "do not cover"
    yield (
        f"prices {covers} all rights: used-up capacity is worth {shown(found.adequacy.value_of_capacity)}, "
        f"the rights on it {shown(found.adequacy.value_of_rights)}"
    )
    for one in found.decisions:
        if not one.is_feasible:
            when = period_in_words(one.request.period)
            yield Line(f"not proved on {when}: {one.outcome}, {one.reason}", "red")
    if found.is_proved:
        yield f"all rights after the clearing are proved at level {found.level}"


def _award(award: Award) -> dict[str, object]:
    bid, more = award.bid, award.more_at
    why = award.text
    if more is not None:
        verb = "at a limit of" if bid.side.sign > 0 else "offered at"
        why += f"; {verb} {more.price:f} it would have been {more.units:,} more"
    if award.uplift.amount:
        why += f"; {_uplift(award.uplift)}"
    return {
        "bid": bid.id,
        "party": bid.party,
        "side": bid.side,
        "route": str(bid.route),
        "period": bid.period,
        "asked": bid.quantity,
        "limit": bid.price,
        "awarded": award.quantity,
        "price": decimal(award.path_price),
        "payment": award.payment.amount,
        "uplift": award.uplift.amount,
        "more_at": None if more is None else {"price": more.price, "units": more.units},
        "why": why,
    }


def _uplift(uplift: Money) -> str:
    return f"{uplift} of uplift make up for being kept in whole"


def _edge(edge: PriceOfEdge) -> dict[str, object]:
    return {
        "edge": edge.edge_id,
        "direction": f"{edge.tail} → {edge.head}",
        "days": ", ".join(map(str, edge.periods)),
        "periods": edge.periods,
        "price": decimal(edge.price),
    }


def _limit(limit: PriceOfLimit) -> dict[str, object]:
    return {
        "text": limit.text,
        "periods": limit.periods,
        "edges": [str(edge) for edge in limit.edges],
        "price": decimal(limit.price),
        "capacity": limit.capacity,
        "load": limit.load,
    }


def _exactly(amount: Fraction) -> Decimal:
    """Return an amount of money as a decimal without zeros at its end."""
    return as_decimal(amount).normalize()
