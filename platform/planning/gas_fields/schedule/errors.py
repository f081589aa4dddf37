"""Why there is no plan."""

from planning.programme.programme import Programme


class NoPlan(Exception):
    """What is asked of a phase cannot all be had from `when` on."""

    def __init__(self, programme: Programme, phase: str, when: str) -> None:
        self.message = f"{phase}: there is no plan from {when} on"
        super().__init__(self.message)
        self.programme = programme
        self.phase = phase
        self.when = when
