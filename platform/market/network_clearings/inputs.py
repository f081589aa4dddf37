"""What a clearing is decided on, as the file that `linepack calculate clearing` takes; and its decision.

In place of the network the inputs name its revision. Parties are numbered, not named: everyone may read the
inputs of an award. Rights are those outstanding on the clearing's days; what is offered is listed as its
seller's, what the operator has set aside counts among the others.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from capacity.feasibility.network_views import NetworkView
from capacity.rights.model import Firmness
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import LimitReached
from capacity.solvers.port import Solver
from linepack.canonical_json import digest
from linepack.gasday import Period
from market.clearing.document import to_document
from market.clearing.file_form import read_draft
from market.clearing.model import Side
from market.clearing.outcome import clear
from market.clearing.progress import Progress, unheard
from market.clearing.result import Clearing
from market.network_clearings.errors import NotClearable
from market.network_clearings.model import ClearingRecord, NetworkClearing, PathBid

OTHERS: Final = "others"
"""Whose the rights are that are not on offer."""
OF_FILE: Final = ("level", "currency", "reserve_price", "start", "end", "overlays", "rights", "bids")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a clearing, and its network in the native format."""

    values: Mapping[str, Any]
    network: bytes

    @property
    def hash(self) -> str:
        """The SHA-256 of the inputs; the network is named by its revision."""
        return digest(dict(self.values))

    @property
    def is_empty(self) -> bool:
        """Whether there is no bid."""
        return not self.values["bids"]

    def cleared(self, solver: Solver, at: datetime, progress: Progress = unheard) -> Clearing:
        """Return the clearing; raises NotClearable, and InvalidInput where rights exceed the network."""
        draft = read_draft(file_of(self.values, self.network))
        try:
            seconds = float(self.values["seconds_max"])
            return clear(draft, solver, at=at, seconds=seconds, progress=progress)
        except LimitReached as reason:
            raise NotClearable(str(reason)) from reason


def file_of(values: Mapping[str, Any], network: bytes) -> dict[str, Any]:
    """Return inputs as `linepack calculate clearing` takes them."""
    return {"network": json.loads(network), **{name: values[name] for name in OF_FILE}}


def inputs_of(clearing: NetworkClearing, view: NetworkView, bids: Sequence[PathBid]) -> dict[str, Any]:
    """Return what a clearing of `bids`, in the order of arrival, is decided on."""
    published, period = view.published, clearing.period
    parties = {party: f"party {n}" for n, party in enumerate(dict.fromkeys(bid.party_id for bid in bids), 1)}
    offers = [bid for bid in bids if bid.side is Side.SELL]
    own = [{"party": parties[bid.party_id], **_capacity(bid)} for bid in offers]
    return {
        "revision_id": str(published.revision_id),
        "level": published.policy.firm_level.value,
        "currency": clearing.currency.value,
        "reserve_price": f"{clearing.reserve_price:f}",
        "seconds_max": clearing.seconds_max,
        **_days(period),
        "overlays": [
            {"edge": one.edge_id, "factor": one.factor, **_days(one.period)}
            for one in published.overlays
            if one.period.overlap(period)
        ],
        "rights": [*own, *_others(view.rights, offers, period)],
        "bids": [
            {
                "id": str(bid.id),
                "party": parties[bid.party_id],
                "side": bid.side.value,
                **_capacity(bid),
                "price": f"{bid.price:f}",
                "minimum": bid.minimum,
                "only_if": None if bid.only_if is None else str(bid.only_if),
            }
            for bid in bids
        ],
    }


def replayed(
    record: ClearingRecord, network: bytes, solver: Solver, at: datetime
) -> tuple[ClearingRecord, list[dict[str, Any]]]:
    """Return the record and the proofs of clearing a record's inputs again; raises as `Inputs.cleared`."""
    outcome, proofs = documents(Inputs(record.inputs, network).cleared(solver, at))
    return ClearingRecord.of(record.inputs, outcome), proofs


def documents(found: Clearing) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the outcome of a clearing as it is stored: what was decided, and the verdicts that prove it."""
    document = to_document(found)
    proofs = document.pop("proofs")
    return document, proofs


def _others(rights: RightsSnapshot, offers: Iterable[PathBid], period: Period) -> Iterator[dict[str, Any]]:
    """Yield the firm rights on the days of `period` that are not on offer, in spans of equal quantity."""
    for bid in offers:
        rights = rights.given(bid.route, Firmness.FIRM, bid.period, -bid.quantity)
    for route in rights.table(period).routes:
        for span, quantity in rights.booked(route, period, Firmness.FIRM):
            if quantity:
                ends = {"receipt": route.receipt, "delivery": route.delivery}
                yield {"party": OTHERS, **ends, "quantity": quantity, **_days(span)}


def _capacity(bid: PathBid) -> dict[str, Any]:
    ends = {"receipt": bid.route.receipt, "delivery": bid.route.delivery}
    return {**ends, "quantity": bid.quantity, **_days(bid.period)}


def _days(period: Period) -> dict[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
