"""Decisions and verdicts that the checker has checked again, as types: only a checked decision can be stored.

Provers, kernels and solvers decide; none of them is trusted. What the checker finds a fault in becomes
UNDECIDED with that reason: neither a sale nor a refusal rests on it.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, fields
from typing import Final

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verdicts.verdict import Decision, Verdict
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate
from capacity.networks.model import Network, Overlay
from capacity.rights.snapshot import RightsSnapshot
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import VERDICTS_FAULTY

_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class CheckedOn:
    """What a decision is checked on.

    `known` are infeasibility certificates checked before: one about the same nomination on the same day is
    not checked again.
    """

    network: Network
    overlays: tuple[Overlay, ...]
    rights: RightsSnapshot
    known: Sequence[CheckedCertificate] = ()


@dataclass(frozen=True, slots=True)
class CheckedDecision(Decision):
    """A decision in which the checker found no fault; made by `checked` only, and not by `replace`."""

    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        _require(seal)


@dataclass(frozen=True, slots=True)
class CheckedVerdict(Verdict):
    """A verdict in which the checker found no fault; made by `checked_verdict` only, and not by `replace`."""

    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        _require(seal)


def _require(seal: object) -> None:
    if seal is not _SEAL:
        raise TypeError("checked decisions are made by capacity.feasibility.checking.checked_verdict")


def checked(on: CheckedOn, decision: Decision) -> CheckedDecision:
    """Return `decision` as checked; UNDECIDED where the checker finds a fault."""
    if fault := _fault(on, decision):
        decision = undecided(decision, fault)
    return CheckedDecision(**{one.name: getattr(decision, one.name) for one in fields(Decision)}, seal=_SEAL)


def checked_verdict(on: CheckedOn, verdict: Verdict) -> CheckedVerdict:
    """Return `verdict` as checked, like `checked`; where the checker finds a fault, without explanation."""
    if fault := _fault(on, verdict):
        verdict = undecided(verdict, fault).explained(Explanation())
    return CheckedVerdict(**{one.name: getattr(verdict, one.name) for one in fields(Verdict)}, seal=_SEAL)


def undecided(decision: Decision, reason: str) -> Decision:
    """Return what is left of a decision that proves nothing."""
    return Decision(
        request=decision.request,
        outcome=Outcome.UNDECIDED,
        level=decision.demanded_level or decision.level,
        revision_id=decision.revision_id,
        rights_version=decision.rights_version,
        solver=decision.solver,
        solver_version=decision.solver_version,
        model_hash=decision.model_hash,
        decided_at=decision.decided_at,
        reason=reason,
    )


def _fault(on: CheckedOn, decision: Decision) -> str | None:
    """Return and log the first fault that the checker finds."""
    faults = check(on.network, on.overlays, on.rights, decision, on.known)
    if not faults:
        return None
    VERDICTS_FAULTY.labels(decision.outcome.name, decision.level.name).inc()
    logger.error(
        "verdict_faulty",
        outcome=decision.outcome.value,
        level=decision.level.value,
        solver=f"{decision.solver} {decision.solver_version}",
        model_hash=decision.model_hash,
        faults=[str(fault) for fault in faults],
    )
    return f"a proof was found, but its check failed: {faults[0]}"
