"""The events of release.

What everyone may know (`release.offered`, `release.shrunk`, `release.withdrawn`, `release.closed`) says
nothing of who bid; `bid.placed`, `bid.replaced`, `bid.withdrawn` and `bid.decided` are for the bidder;
`release.awarded`, which holds all of the contracts, is for the releasing shipper and for settlement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract
from linepack.commands.unit_of_work import UnitOfWork
from linepack.events.model import NewEvent, Stream
from market.offers.model import period_to_json
from market.releases.bid_evaluation import Fill
from market.releases.model import Award, Bid, BidState, Release


def of_release(topic: str, release: Release) -> NewEvent:
    """Return an event for everyone about an offer."""
    return NewEvent(
        stream=Stream.MARKET,
        topic=topic,
        key=str(release.id),
        payload=release_to_json(release),
        network_id=release.capacity.network_id,
    )


def closed(release: Release, award: Award) -> NewEvent:
    """Return what everyone may know of how a release ended."""
    awards: list[dict[str, Any]] = [
        {"quantity": won.quantity, "rate": str(won.rate), "period": period_to_json(won.period)}
        for won in award.awards
    ]
    return NewEvent(
        stream=Stream.MARKET,
        topic="release.closed",
        key=str(release.id),
        payload={**release_to_json(release), "awards": awards, "record_hash": award.record.hash},
        network_id=release.capacity.network_id,
    )


def awarded(release: Release, award: Award, parent: Contract, children: Sequence[Contract]) -> NewEvent:
    """Return what settlement needs of an award: the contracts in full; `children` in the order of awards."""
    awards: list[dict[str, Any]] = [
        {
            "bid_id": str(won.bid_id),
            "replacement": str(won.replacement_id),
            "child_contract": contract_to_json(child),
            "rate": str(won.rate),
            "quantity": won.quantity,
            "period": period_to_json(won.period),
        }
        for won, child in zip(award.awards, children, strict=True)
    ]
    return NewEvent(
        stream=Stream.MARKET,
        topic="release.awarded",
        key=str(release.id),
        payload={
            "release_id": str(release.id),
            "releasing": str(release.releasing_id),
            "parent_contract": contract_to_json(parent),
            "awards": awards,
        },
        network_id=release.capacity.network_id,
        audience=frozenset({release.releasing_id}),
    )


def of_bid(topic: str, release: Release, bid: Bid, fill: Fill | None = None) -> NewEvent:
    """Return an event for the bidder; with `fill`, what the bid was awarded and why."""
    payload = bid_to_json(bid)
    if fill is not None:
        payload |= {"awarded": fill.quantity, "reason": fill.reason.value, "text": fill.text}
    return NewEvent(
        stream=Stream.MARKET,
        topic=topic,
        key=str(bid.id),
        payload=payload,
        network_id=release.capacity.network_id,
        audience=frozenset({bid.bidder_id}),
    )


def record_withdrawal(uow: UnitOfWork, withdrawn: Release, bids: Iterable[Bid]) -> None:
    """Record that an offer is withdrawn, and that its open `bids` are lost by that."""
    uow.record(of_release("release.withdrawn", withdrawn))
    for bid in bids:
        uow.record(of_bid("bid.decided", withdrawn, replace(bid, state=BidState.LOST)))


def bid_to_json(bid: Bid) -> dict[str, Any]:
    """Return what its bidder knows of a bid."""
    return {
        "bid_id": str(bid.id),
        "release_id": str(bid.release_id),
        "quantity": bid.quantity,
        "minimum_quantity": bid.minimum_quantity,
        "rate": str(bid.rate),
        "period": period_to_json(bid.period),
        "value": str(bid.value),
        "state": bid.state.value,
    }


def release_to_json(release: Release) -> dict[str, Any]:
    """Return what everyone may know of an offer."""
    terms = release.terms
    return {
        "release_id": str(release.id),
        "releasing": str(release.releasing_id),
        "capacity": release.capacity.to_json(),
        "quantity": release.quantity,
        "method": terms.method.value,
        "tie_break": terms.tie_break.value,
        "minimum_rate": str(terms.minimum_rate),
        "minimum_quantity": terms.minimum_quantity,
        "minimum_term_days": terms.minimum_term_days,
        "discount_rate": str(terms.discount_rate),
        "currency": release.currency.value,
        "recallable": release.recallable,
        "is_biddable": release.is_biddable,
        "bids_close_at": release.bids_close_at.isoformat(),
        "state": release.state.value,
        "outcome": release.outcome,
    }
