"""Refutations that the checker has followed, as a type: what is made elsewhere cannot be mistaken for one."""

from dataclasses import dataclass

from capacity.hydraulics.infeasibility.certificate import Refutation
from capacity.hydraulics.infeasibility.checker.check import refutation_faults
from capacity.hydraulics.physics.problem import Question


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRefutation:
    """A refutation of a question in which the checker found no fault; made by `checked_refutation` only."""

    question: Question
    refutation: Refutation


def checked_refutation(question: Question, refutation: Refutation) -> CheckedRefutation | list[str]:
    """Return the refutation as checked, or its faults."""
    return refutation_faults(question, refutation) or CheckedRefutation(question, refutation)
