"""The refusals of jobs."""

from linepack.problems import Problem


class TooManyJobs(Problem):
    """A party has as many jobs waiting as it may."""

    code = "TOO_MANY_JOBS"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} jobs of yours are waiting: let one end, or cancel it")
        self.waiting = waiting
