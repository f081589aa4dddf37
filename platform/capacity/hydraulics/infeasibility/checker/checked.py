"""Refutations that the checker has followed, as a type: what is made elsewhere cannot be mistaken for one."""

from dataclasses import dataclass

from capacity.hydraulics.infeasibility.certificate import InfeasibilityCertificate
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.physics.problem import HydraulicProblem


@dataclass(frozen=True, slots=True, eq=False)
class CheckedCertificate:
    """A refutation of a question in which the checker found no fault; made by `checked_certificate` only."""

    question: HydraulicProblem
    refutation: InfeasibilityCertificate


def checked_certificate(
    question: HydraulicProblem, refutation: InfeasibilityCertificate
) -> CheckedCertificate | list[str]:
    """Return the refutation as checked, or its faults."""
    return certificate_faults(question, refutation) or CheckedCertificate(question, refutation)
