"""Benchmark of bid evaluation: the most bids a release takes, all of one value, each for a period of its own.

Ties are what a release at the maximum rate ends in. Bids that may be filled to any part are shared out in one
draw; those with minimums above half are killed one by one, and every kill draws anew.

`python -m benchmarks release` prints it; `run` returns it.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.report import Row, processor_s, within

from linepack.gasday import Period
from market.releases.bid_evaluation import BidEvalMethod, Terms, TieBreak, evaluate
from market.releases.proration import Candidate
from market.releases.rules import BIDS_PER_RELEASE_MAX

TERM = Period(date(2027, 1, 1), date(2037, 1, 1))
QUANTITY = 10**12
AIM_S = 1.0
REPEATS = 3


def run() -> list[Row]:
    """Return a row for each kind of minimum; takes a few seconds."""
    kinds: dict[str, Callable[[random.Random, int], int]] = {
        "no minimums": lambda _, quantity: 1,
        "minimums above half": lambda _, quantity: quantity // 2 + 1,
        "any minimums": lambda chance, quantity: chance.randint(1, quantity),
    }
    terms = Terms(TERM, ((TERM, QUANTITY),), BidEvalMethod.HIGHEST_RATE, TieBreak.PRO_RATA)
    rows = []
    for name, minimum in kinds.items():
        bids = _bids(minimum)
        duration = processor_s([lambda bids=bids: evaluate(terms, bids, "") for _ in range(REPEATS)])  # type: ignore[misc]
        rows.append(within(f"{BIDS_PER_RELEASE_MAX} tied bids over as many periods, {name}", duration, AIM_S))
    return rows


def _bids(minimum: Callable[[random.Random, int], int]) -> list[Candidate]:
    chance = random.Random(1)
    bids = []
    for number in range(1, BIDS_PER_RELEASE_MAX + 1):
        first = chance.randrange(TERM.days - 1)
        last = chance.randrange(first + 1, TERM.days)
        period = Period(TERM.start + timedelta(first), TERM.start + timedelta(last))
        quantity = chance.randint(1, QUANTITY)
        least = minimum(chance, quantity)
        bids.append(Candidate(f"bid-{number}", quantity, least, Decimal("0.2"), period, number))
    return bids
