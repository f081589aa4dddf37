"""Why there is no plan."""

from linepack.problems import Problem
from planning.programme.programme import Programme


class NoPlan(Problem):
    """What is asked of a phase cannot all be had from `when` on."""

    code = "NO_PLAN"

    def __init__(self, programme: Programme, phase: str, when: str) -> None:
        super().__init__(f"{phase}: there is no plan from {when} on")
        self.programme = programme
        self.phase = phase
        self.when = when
