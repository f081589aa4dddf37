"""What a drill does: the actions of every client and the kills, drawn from a seed.

Pure. The same seed gives the same plan; only what an action meets when it comes depends on timing, so an
action carries numbers from 0 to 1 by which it chooses among what there is then (`server.drill.market_view`).
Times are seconds after the start of trading.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Operation(StrEnum):
    """What a client does, by the name of the API's field."""

    BOOK = "bookCapacity"
    QUOTE = "dryRunBookCapacity"
    AVAILABILITY = "availability"
    OWN_CONTRACTS = "contracts"
    POST_LISTING = "postListing"
    TAKE_LISTING = "takeListing"
    WITHDRAW_LISTING = "withdrawListing"
    CALL_TO_SELL = "openCallToSell"
    CALL_TO_BUY = "openCallToBuy"
    CLOSE_CALL = "closeCall"
    PLACE_ORDER = "placeOrder"
    ACCEPT_ORDER = "acceptOrder"
    OFFER_RELEASE = "offerRelease"
    PLACE_BID = "placeBid"
    WITHDRAW_BID = "withdrawBid"
    WITHDRAW_RELEASE = "withdrawRelease"
    AWARD_RELEASE = "awardRelease"
    SET_OVERLAY = "setOverlay"
    WITHDRAW_OVERLAY = "withdrawOverlay"

    @property
    def is_query(self) -> bool:
        """Whether it only reads."""
        return self in (Operation.QUOTE, Operation.AVAILABILITY, Operation.OWN_CONTRACTS)

    @property
    def has_key(self) -> bool:
        """Whether its input carries an idempotency key."""
        return not self.is_query and self not in _WITHOUT_KEY


_WITHOUT_KEY = {
    Operation.WITHDRAW_LISTING,
    Operation.CLOSE_CALL,
    Operation.WITHDRAW_BID,
    Operation.WITHDRAW_RELEASE,
    Operation.WITHDRAW_OVERLAY,
}

SHIPPER_WEIGHTS: Mapping[Operation, int] = {
    Operation.BOOK: 30,
    Operation.QUOTE: 4,
    Operation.AVAILABILITY: 4,
    Operation.OWN_CONTRACTS: 5,
    Operation.POST_LISTING: 10,
    Operation.TAKE_LISTING: 14,
    Operation.WITHDRAW_LISTING: 2,
    Operation.CALL_TO_SELL: 4,
    Operation.CALL_TO_BUY: 4,
    Operation.CLOSE_CALL: 1,
    Operation.PLACE_ORDER: 9,
    Operation.ACCEPT_ORDER: 7,
    Operation.OFFER_RELEASE: 5,
    Operation.PLACE_BID: 10,
    Operation.WITHDRAW_BID: 2,
    Operation.WITHDRAW_RELEASE: 1,
    Operation.AWARD_RELEASE: 2,
}
OPERATOR_WEIGHTS: Mapping[Operation, int] = {
    Operation.SET_OVERLAY: 5,
    Operation.WITHDRAW_OVERLAY: 4,
    Operation.AWARD_RELEASE: 1,
}


class Manner(StrEnum):
    """How a client sends a command. A lost answer is asked for again with the same key, in every manner."""

    ONCE = "once"
    AGAIN = "again"
    """Once more after the answer, with the same key: the same answer is due."""
    TWICE_AT_ONCE = "twice at once"
    HANG_UP = "hang up"
    """The first time without waiting for the answer."""
    ABANDON = "abandon"
    """Without waiting for the answer, which is never asked for again."""
    OTHER_INPUT = "other input"
    """Once more after the answer, with the same key and another quantity: a conflict is due."""


_MANNERS: Mapping[Manner, int] = {
    Manner.ONCE: 74,
    Manner.AGAIN: 8,
    Manner.TWICE_AT_ONCE: 5,
    Manner.HANG_UP: 5,
    Manner.ABANDON: 4,
    Manner.OTHER_INPUT: 4,
}

DRAWS = 8
"""How many numbers an action has to choose by."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a client does, `pause_s` after the one before; `key` is its idempotency key."""

    key: str
    operation: Operation
    manner: Manner
    pause_s: float
    patience_s: float
    """How long one that hangs up or abandons waits for the answer."""
    draws: tuple[float, ...]


class Victim(StrEnum):
    """What is killed: by SIGKILL, as the machine's memory killer would."""

    API = "API process"
    WORKER = "worker"
    VALKEY = "Valkey"
    POSTGRES = "PostgreSQL"
    BACKEND = "PostgreSQL backend"


@dataclass(frozen=True, slots=True)
class Kill:
    """The death of one process; where there are several of its kind, `draw` (0 to 1) chooses."""

    at_s: float
    victim: Victim
    draw: float


FIRST_KILL_S = 3.0
KILLS_APART_S = (2.0, 10.0)
"""Between one kill and the next: now and then the one before is not yet repaired."""

_ROUND = (Victim.API, Victim.API, Victim.WORKER, Victim.VALKEY, Victim.POSTGRES, Victim.BACKEND)
"""The kills of one round, in random order, so that a short drill has every kind."""


def actions(seed: int, client: int, *, weights: Mapping[Operation, int], pause_s: float) -> Iterator[Action]:
    """Yield what a client does, without end; `pause_s` is the mean of the pauses between two actions."""
    chance = random.Random(f"{seed}:client:{client}")  # noqa: S311 a plan that can be repeated, no secret
    operations, manners = list(weights), list(_MANNERS)
    number = 0
    while True:
        number += 1
        [operation] = chance.choices(operations, list(weights.values()))
        [manner] = chance.choices(manners, list(_MANNERS.values()))
        yield Action(
            key=f"drill-{seed}-{client}-{number}",
            operation=operation,
            manner=manner,
            pause_s=chance.uniform(0, 2 * pause_s),
            patience_s=chance.uniform(0, 0.2),
            draws=tuple(chance.random() for _ in range(DRAWS)),
        )


def kills(seed: int, *, seconds: float) -> Iterator[Kill]:
    """Yield the kills of a drill of that length, in their order."""
    chance = random.Random(f"{seed}:kills")  # noqa: S311 a plan that can be repeated, no secret
    at_s = FIRST_KILL_S
    while True:
        for victim in chance.sample(_ROUND, len(_ROUND)):
            if at_s >= seconds:
                return
            yield Kill(at_s, victim, chance.random())
            at_s += chance.uniform(*KILLS_APART_S)
