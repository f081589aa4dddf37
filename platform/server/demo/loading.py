"""The demo: a market on GasLib-40 as it could be, reproducible from a seed and a day.

An operator, six shippers, billing, a regulator and an administrator; tariffs with a winter season; a year of
entry and exit contracts, each a share of what could still be transported when it was booked; maintenance; a
trade and an award; open offers of every kind; and credit limits. Everything is done by the same commands a
user has, so that nothing in the demo could not have happened. The three other shipped networks are there to
be looked at.
"""

import random
from dataclasses import replace
from pathlib import Path

from capacity.networks.policy import DEADLINE_MAX_S, Level, Policy
from capacity.networks.repository import list_networks
from capacity.publication import catalogue
from capacity.publication.service import SetPolicy, set_policy
from linepack.problems import Problem
from server.demo.credit import set_credit
from server.demo.networks import add_network, follow_an_index
from server.demo.parties import SHIPPERS, add_parties, are_begun, principal_of
from server.demo.trading import DemoMarket
from server.services import Services

NETWORK = "gaslib-40"
SEED = 40
POLICY = Policy(firm_level=Level.HYDRAULIC, deadline_s=5.0)
PATIENT = replace(POLICY, deadline_s=DEADLINE_MAX_S)
"""While the demo is loaded: a booking that a slow or busy machine does not prove in time leaves no demo."""


class DemoRefused(Problem):
    """The demo's people have a password that everyone knows."""

    code = "DEMO_REFUSED"

    def __init__(self) -> None:
        super().__init__("the demo is not for production: everyone knows the password of its people")


class DemoInterrupted(Problem):
    """Loading the demo was cut off before its end, and half a market is no demo."""

    code = "DEMO_INTERRUPTED"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            "the demo was interrupted while it was loaded: start again on an empty database "
            f"(delete {data_dir}, or empty the one of DATABASE_URL)"
        )


async def load_demo(services: Services, *, seed: int = SEED) -> bool:
    """Load the demo unless this installation has a network already; return whether it was loaded.

    Raises DemoInterrupted when an earlier load did not come to its end, DemoRefused in production.
    """
    if services.settings.is_production:
        raise DemoRefused
    async with services.database.read() as connection:
        present = {summary.code for summary in await list_networks(connection)}
        is_begun = await are_begun(connection)
    if is_begun and not present.issuperset(catalogue.codes()):
        raise DemoInterrupted(services.settings.data_dir)
    if present:
        return False
    now = services.now()
    parties = await add_parties(services, now)
    operator = principal_of(parties["NETZ"], now)
    published = await add_network(services, operator, NETWORK, now, PATIENT)
    caller = services.market.caller(operator, now)
    await follow_an_index(caller, published)
    demo = DemoMarket(services, published, parties, now, random.Random(seed))  # noqa: S311 a demo, no secret
    contracts = await demo.book_a_year()
    await demo.announce_maintenance()
    await demo.offer(contracts)
    shippers = [parties[code.upper()] for code, _ in SHIPPERS]
    await set_credit(caller, published, shippers, contracts[0])
    await caller.run(set_policy, SetPolicy(published.id, POLICY))
    for code in catalogue.codes():
        if code != NETWORK:
            await add_network(services, operator, code, now, Policy())
    return True
