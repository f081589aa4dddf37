"""Benchmark of network clearing: random path bids on GasLib-582, each for some of the gas days of a month.

The whole clearing, reasons and proof included; and the award alone, found again with another price. The peer
has flows on the edges of every gas day as variables, as one would write them, built and solved by linopy.

`python -m benchmarks clearing` prints it; `run` returns it.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final

import linopy
import numpy as np
import scipy.sparse
import xarray as xr
from benchmarks.feasibility_peers import without_output
from benchmarks.report import Row, compared, median_s, show, within

from capacity.feasibility.flow.flow_network import UNBOUNDED
from capacity.networks.policy import Level
from capacity.publication import catalogue
from capacity.rights.model import Route
from capacity.solvers.highs import Highs
from linepack.gasday import Period
from linepack.money import Currency
from market.clearing.columns import Market, market_of
from market.clearing.model import Bid, Draft, Side
from market.clearing.outcome import clear
from market.clearing.progress import unheard
from market.clearing.proving import Provers
from market.clearing.search import Search

CODE: Final = "gaslib-582"
FIRST: Final = date(2027, 10, 1)
DAYS: Final = 30
BIDS: Final = 10_000
AIM_S: Final = 60.0
BIDS_AGAIN: Final = 500
DAYS_AGAIN: Final = 7
AIM_AGAIN: Final = 20.0
SECONDS: Final = 600.0
ENDLESS: Final = 10**9
"""More than any flow of the peer's."""
POINTS_SHARE_MAX: Final = 0.05
"""No bid asks for more of what its path carries alone."""


def run() -> list[Row]:
    """Return the rows; takes two minutes."""
    return [*whole_clearing(), *award_again()]


def whole_clearing() -> Iterator[Row]:
    """All of a clearing of many bids."""
    draft = random_draft(BIDS, DAYS)
    started = time.perf_counter()
    found = clear(draft, Highs(), at=datetime.now(UTC), seconds=SECONDS)
    seconds = time.perf_counter() - started
    name = f"clearing {BIDS:,} path bids over {DAYS} days, {CODE}, robust, with reasons and proof"
    yield within(name, seconds, AIM_S, is_missed=bool(found.gap) or not found.is_proved)


def award_again() -> Iterator[Row]:
    """The best award found again after one bid has another price."""
    draft, solver = random_draft(BIDS_AGAIN, DAYS_AGAIN), Highs()
    provers = Provers(draft, solver)
    market = market_of(draft, provers.levels.flow_network)
    deadline = provers.levels.deadline(SECONDS)
    programme = Search(draft, market, provers, solver, deadline, progress=unheard).run().programme

    def ours(column: int) -> float:
        programme.revalue(column, Fraction(market.columns[column].days))
        programme.solve(deadline)
        worth = programme.worth
        programme.revalue(column, Fraction(0))
        return worth

    for column in (0, 1):
        if abs(ours(column) / linopy_award(market, column) - 1) > 1e-6:
            raise AssertionError("linopy finds another award")
    own_s = median_s(partial(ours, column) for column in range(25))
    peer_s = median_s(partial(linopy_award, market, column) for column in range(3))
    name = f"award of {BIDS_AGAIN} path bids on {DAYS_AGAIN} days with another price, {CODE}, ratio"
    yield compared(f"{name}: kept alive – built and solved by linopy", own_s, peer_s, AIM_AGAIN)


def random_draft(bids: int, days: int) -> Draft:
    """Return bids to buy on random paths, of one gas day to all."""
    random = np.random.default_rng(7)
    network = catalogue.load(CODE)
    carried = _carried_alone(network.code)
    paths = list(carried)
    drawn = []
    for place in range(bids):
        path = paths[int(random.integers(len(paths)))]
        first = int(random.integers(days))
        last = int(random.integers(first, days))
        period = Period(FIRST + timedelta(days=first), FIRST + timedelta(days=last + 1))
        quantity = max(int(carried[path] * random.uniform(0.002, POINTS_SHARE_MAX)), 1)
        price = Decimal(int(random.integers(1, 2000))).scaleb(-2)
        drawn.append(Bid(f"b{place}", f"b{place}", Side.BUY, path, period, quantity, price))
    return Draft(network, Level.ROBUST, Currency.EUR, Decimal(0), (), tuple(drawn))


def _carried_alone(code: str) -> dict[Route, int]:
    """Return what each path that carries anything does, its points' own limits included."""
    network = catalogue.load(code)
    entries = [node.id for node in network.nodes if node.role.may_enter]
    exits = [node.id for node in network.nodes if node.role.may_exit]
    all_paths = [Route(entry, exit_) for entry in entries for exit_ in exits if entry != exit_]
    day = Period(FIRST, FIRST + timedelta(days=1))
    probe = Draft(
        network,
        Level.ROBUST,
        Currency.EUR,
        Decimal(0),
        (),
        tuple(Bid(str(path), "", Side.BUY, path, day, 1, Decimal(1)) for path in all_paths),
    )
    levels = Provers(probe, Highs()).levels
    capacities = market_of(probe, levels.flow_network).cases[0].capacities
    found = {
        path: min(
            levels.limits.technical(capacities, own)
            for own in (Route(path.receipt, None), Route(None, path.delivery), path)
        )
        for path in all_paths
    }
    return {path: carried for path, carried in found.items() if carried > 100}


def linopy_award(market: Market, column: int) -> float:
    """Return what the best award is worth when a unit of `column` is worth 1 a day more.

    The variables are the awards, and after them the flows on the edges of each kind of day.
    """
    network, capacities, kinds = market.table.network, market.cases[0].capacities, len(market.cases)
    asked, flows = len(market.columns), kinds * len(network.tail)
    gains = np.concatenate([[float(one.value) for one in market.columns], np.zeros(flows)])
    gains[column] += market.columns[column].days
    least = np.concatenate([np.zeros(asked), np.tile(np.maximum(capacities.lower, -ENDLESS), kinds)])
    most = np.concatenate([market.quantities, np.tile(np.minimum(capacities.upper, ENDLESS), kinds)])
    model = linopy.Model()
    x = model.add_variables(
        xr.DataArray(least.astype(float), dims="column"), xr.DataArray(most.astype(float), dims="column")
    )
    ends = _incidence(market.table.receipt[market.rows], market.table.delivery[market.rows], network.hub)
    edges = _incidence(network.tail, network.head, network.hub)
    awards = scipy.sparse.vstack([ends * active for active in market.active])
    balance = scipy.sparse.hstack([-awards, scipy.sparse.block_diag([edges] * kinds)])
    model.add_constraints(_sums(balance, x) == 0)
    own = np.tile(np.where(network.may_enter, network.entry_limit, network.exit_limit), kinds)
    rows = np.intersect1d(np.flatnonzero(own < UNBOUNDED), awards.tocoo().row)
    limits = xr.DataArray(own[rows].astype(float), {"row": rows}, "row")
    model.add_constraints(_sums(abs(awards), x).sel(row=rows) <= limits)
    model.add_objective((xr.DataArray(gains, dims="column") * x).sum(), sense="max")
    with without_output():
        model.solve("highs", io_api="direct", log_fn=os.devnull, output_flag=False)
    return float(model.objective.value or 0.0)


def _incidence(tail: Any, head: Any, nodes: int) -> Any:
    """Return +1 where a column leaves a node and −1 where it arrives."""
    columns = np.arange(len(tail))
    places = np.concatenate([tail, head]), np.concatenate([columns, columns])
    return scipy.sparse.coo_array((np.repeat([1.0, -1.0], len(tail)), places), (nodes, len(tail))).tocsc()


def _sums(matrix: Any, x: Any) -> Any:
    """Return the first columns of x times a sparse matrix, by row."""
    entries = matrix.tocoo()
    terms = xr.DataArray(entries.data, dims="entry") * x.isel(column=xr.DataArray(entries.col, dims="entry"))
    return terms.groupby(xr.DataArray(entries.row, dims="entry", name="row")).sum()


if __name__ == "__main__":
    show("Clearing", run())
