"""Award records: all that an award was decided on, so that anyone can decide it again.

A record holds the inputs, the version of the algorithm, the seed and the outcome as JSON, and the SHA-256 of
their canonical form (`linepack.canonical_json`), so that the same inputs have the same bytes everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from linepack.canonical_json import JsonValue, canonical_json, digest
from linepack.gasday import Period
from market.releases.bid_evaluation import Evaluation, Terms, evaluate
from market.releases.proration import Candidate

ALGORITHM = "capacity-release-1"
"""Changes whenever the same inputs could give another outcome."""


@dataclass(frozen=True, slots=True)
class AwardRecord:
    """Inputs, algorithm version, seed, outcome, and the hash of all of these."""

    algorithm: str
    seed: str
    inputs: Mapping[str, Any]
    outcome: Mapping[str, Any]
    hash: str

    @property
    def text(self) -> str:
        """The canonical JSON of which `hash` is the SHA-256."""
        return canonical_json(_whole(self.algorithm, self.seed, self.inputs, self.outcome)).decode()


def decide(terms: Terms, bids: Sequence[Candidate], seed: str) -> tuple[Evaluation, AwardRecord]:
    """Evaluate the bids and return the evaluation with the record of it."""
    evaluation = evaluate(terms, bids, seed)
    inputs = _inputs_to_json(terms, bids)
    outcome = _outcome_to_json(evaluation)
    whole = digest(_whole(ALGORITHM, seed, inputs, outcome))
    return evaluation, AwardRecord(ALGORITHM, seed, inputs, outcome, whole)


def inputs_hash(terms: Terms, bids: Sequence[Candidate]) -> str:
    """Return the SHA-256 of what an award is decided on, but for the seed."""
    return digest(_inputs_to_json(terms, bids))


def capacity_of(record: AwardRecord) -> tuple[tuple[Period, int], ...]:
    """Return the capacity that an award was decided on, by sub-period of the offer's."""
    return tuple(
        (_period_from_json(part["period"]), int(part["quantity"]))
        for part in record.inputs["terms"]["capacity"]
    )


def _inputs_to_json(terms: Terms, bids: Sequence[Candidate]) -> dict[str, Any]:
    return {"terms": _terms_to_json(terms), "bids": [_bid_to_json(bid) for bid in _in_order(bids)]}


def _whole(algorithm: str, seed: str, inputs: JsonValue, outcome: JsonValue) -> dict[str, JsonValue]:
    return {"algorithm": algorithm, "seed": seed, "inputs": inputs, "outcome": outcome}


def _in_order(bids: Sequence[Candidate]) -> list[Candidate]:
    return sorted(bids, key=lambda bid: (bid.sequence, bid.bid_id))


def _period_to_json(period: Period) -> dict[str, JsonValue]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _period_from_json(value: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(str(value["start"])), date.fromisoformat(str(value["end"])))


def _terms_to_json(terms: Terms) -> dict[str, JsonValue]:
    return {
        "term": _period_to_json(terms.term),
        "capacity": [
            {"period": _period_to_json(period), "quantity": quantity} for period, quantity in terms.capacity
        ],
        "method": terms.method.value,
        "tie_break": terms.tie_break.value,
        "minimum_rate": str(terms.minimum_rate),
        "minimum_quantity": terms.minimum_quantity,
        "minimum_term_days": terms.minimum_term_days,
        "discount_rate": str(terms.discount_rate),
    }


def _bid_to_json(bid: Candidate) -> dict[str, JsonValue]:
    return {
        "bid_id": bid.bid_id,
        "quantity": bid.quantity,
        "minimum_quantity": bid.minimum_quantity,
        "rate": str(bid.rate),
        "period": _period_to_json(bid.period),
        "sequence": bid.sequence,
    }


def _outcome_to_json(evaluation: Evaluation) -> dict[str, JsonValue]:
    return {
        "fills": [
            {
                "bid_id": fill.bid_id,
                "quantity": fill.quantity,
                "value": str(fill.value),
                "reason": fill.reason.value,
                "text": fill.text,
            }
            for fill in evaluation.fills
        ],
        "kills": [
            {"bid_id": kill.bid_id, "share": kill.share, "minimum": kill.minimum} for kill in evaluation.kills
        ],
    }
