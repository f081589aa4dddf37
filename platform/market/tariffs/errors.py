"""What tariffs may refuse.

Problem
└── NoTariff    the operator has published no price for what is asked
"""

from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDay
from linepack.problems import Problem
from market.products.model import Runtime


class NoTariff(Problem):
    """The operator has published no price for this route, firmness and runtime on the first gas day."""

    code = "NO_TARIFF"

    def __init__(self, route: Route, firmness: Firmness, runtime: Runtime, day: GasDay) -> None:
        super().__init__(f"no tariff for {firmness} {route.kind} capacity {route} ({runtime}) on {day}")
        self.route = route
        self.firmness = firmness
        self.runtime = runtime
        self.day = day
