"""Verdicts that the checker has counted again, as a type: only those can be stored.

Provers, kernels and solvers make verdicts; none of them is believed. What the checker finds a fault in
becomes UNDECIDED with that reason: neither a sale nor a refusal rests on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, fields
from typing import Final

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.verdict import Outcome, Verdict
from capacity.hydraulics.infeasibility.checker.check import CheckedCertificate
from capacity.networks.model import Network, Overlay
from capacity.rights.snapshot import RightsSnapshot
from linepack.monitoring.logging import logger
from linepack.monitoring.metrics import VERDICTS_FAULTY

_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class CheckedVerdict(Verdict):
    """A verdict in which the checker found no fault; made by `checked` only, and not by `replace`."""

    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError(
                "a checked verdict is made by capacity.feasibility.checking.checked_verdict.checked"
            )


def checked(
    network: Network,
    overlays: Iterable[Overlay],
    rights: RightsSnapshot,
    verdict: Verdict,
    known: Sequence[CheckedCertificate] = (),
) -> CheckedVerdict:
    """Return `verdict` as checked on the rights it was decided on; UNDECIDED where the checker finds a fault.

    `known` are refutations checked before: one about the same nomination on the same day is not followed
    again.
    """
    faults = check(network, overlays, rights, verdict, known)
    if faults:
        VERDICTS_FAULTY.labels(verdict.outcome.name, verdict.level.name).inc()
        logger.error(
            "verdict_faulty",
            outcome=verdict.outcome.value,
            level=verdict.level.value,
            solver=f"{verdict.solver} {verdict.solver_version}",
            model_hash=verdict.model_hash,
            faults=[str(fault) for fault in faults],
        )
        verdict = undecided(verdict, f"a proof was found, but its check failed: {faults[0]}")
    values = {one.name: getattr(verdict, one.name) for one in fields(Verdict)}
    return CheckedVerdict(**values, seal=_SEAL)


def undecided(verdict: Verdict, reason: str) -> Verdict:
    """Return what is left of a verdict that proves nothing."""
    return Verdict(
        request=verdict.request,
        outcome=Outcome.UNDECIDED,
        level=verdict.demanded_level or verdict.level,
        revision_id=verdict.revision_id,
        rights_version=verdict.rights_version,
        solver=verdict.solver,
        solver_version=verdict.solver_version,
        model_hash=verdict.model_hash,
        decided_at=verdict.decided_at,
        reason=reason,
    )
