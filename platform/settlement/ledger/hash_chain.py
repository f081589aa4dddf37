"""The hash chain of the ledger: canonical form and hashes of entries.

`input_hash` covers what an entry says (network and lines), so that a repetition under the same key can be
distinguished from another entry. `entry_hash` covers everything about an entry and the hash of the entry
before: with one digit changed, every later hash is wrong. Both are SHA-256 over canonical JSON. Numbers are
written without exponent or trailing zeros, so that a database may store them in any scale.
"""

import hashlib
from decimal import Decimal

from capacity.contracts.pricing.calculation import EXACT
from linepack.canonical_json import JsonValue, canonical_json, digest
from settlement.ledger.model import ChargeLine, Draft, Entry, LineRef

GENESIS = "0" * 64
"""The hash that the first entry follows."""


def input_hash(draft: Draft) -> str:
    """Return the hash of what the draft says."""
    lines = [line_json(line) for line in draft.lines]
    return digest({"network_id": str(draft.network_id), "lines": lines})


def entry_hash(entry: Entry) -> str:
    """Return the hash of the entry and, through `previous_hash`, of all entries before it."""
    return hashlib.sha256(record(entry)).hexdigest()


def record(entry: Entry) -> bytes:
    """Return what the hash of an entry covers, as canonical JSON: all that the entry says."""
    return canonical_json(
        {
            "id": str(entry.id),
            "sequence": entry.sequence,
            "idempotency_key": entry.draft.idempotency_key,
            "network_id": str(entry.draft.network_id),
            "input_hash": entry.input_hash,
            "cause": {
                "stream": entry.cause.stream.value,
                "topic": entry.cause.topic,
                "position": entry.cause.position,
            },
            "recorded_at": entry.recorded_at.isoformat(),
            "previous_hash": entry.previous_hash,
            "lines": [line_json(line) for line in entry.draft.lines],
        }
    )


def line_json(line: ChargeLine) -> dict[str, JsonValue]:
    """Return the canonical form of a line."""
    return {
        "debtor": str(line.debtor),
        "creditor": str(line.creditor),
        "contract_id": str(line.contract_id),
        "contract_code": line.contract_code,
        "charge_code": line.charge_code.value,
        "period": {"start": line.period.start.isoformat(), "end": line.period.end.isoformat()},
        "quantity": line.quantity,
        "rate": plain(line.rate),
        "amount": plain(line.amount.amount),
        "currency": line.amount.currency.value,
        "working": list(line.working),
        "reverses": _ref_json(line.reverses),
    }


def plain(number: Decimal) -> str:
    """Return the one decimal text of a number: no exponent, no trailing zeros."""
    return f"{number.normalize(EXACT):f}"


def _ref_json(ref: LineRef | None) -> JsonValue:
    return None if ref is None else {"sequence": ref.sequence, "line": ref.ordinal}
