"""The refusals of validations."""

from linepack.gasday import GasDay
from linepack.problems import Problem


class NothingBooked(Problem):
    """On the gas day no gas may both enter and leave, so that there is no nomination to be tried."""

    code = "NOTHING_BOOKED"

    def __init__(self, day: GasDay) -> None:
        super().__init__(f"no firm rights to both enter and leave are booked on {day}")
        self.day = day
