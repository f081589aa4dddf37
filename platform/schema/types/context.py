"""The home of what a resolver gets: the services of the process and the context of one request.

The services are built once by the composition root and shared; a context is made per operation, so that
nothing loaded for one operation is shown to another, not even on one websocket.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from redis.asyncio import Redis
from strawberry.dataloader import DataLoader

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import Verifiers
from linepack.access import Principal
from linepack.database.connections import Database
from linepack.events.follower import Feeds
from linepack.identity.service import Identity
from linepack.limits import Settings
from linepack.redis.leaky_buckets import Buckets
from market.marketplace import Marketplace

LOADER_BATCH_MAX = 500

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Services:
    """What this process runs on."""

    settings: Settings
    database: Database
    redis: "Redis"
    identity: Identity
    buckets: Buckets
    snapshots: NetworkViews
    verifiers: Verifiers
    feeds: Feeds
    now: Callable[[], datetime]
    market: Marketplace = field(init=False)
    """What market commands run on: one per process, because bookings take turns in it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "market", Marketplace(self.database, self.snapshots, self.verifiers))


@dataclass(slots=True)
class RequestContext:
    """On whose behalf an operation runs, and what it may use.

    `principal` is None for an anonymous caller; `address` is the caller's network address as text.
    `connection_params` is what a websocket client sent in `connection_init`, until it is authenticated.
    """

    services: Services
    principal: Principal | None
    request_id: str
    address: str
    bearer: str | None = field(default=None, repr=False)
    connection_params: dict[str, Any] | None = field(default=None, repr=False)
    _loaders: dict[Callable[..., Any], DataLoader[Any, Any]] = field(default_factory=dict, repr=False)

    def caller(self) -> Principal:
        """Return the principal of a field whose permission asks for one."""
        if self.principal is None:
            raise RuntimeError("a field without permission reached for its caller")
        return self.principal

    def loader(
        self, load: Callable[["RequestContext", Sequence[Key]], Awaitable[Sequence[Value]]]
    ) -> DataLoader[Key, Value]:
        """Return this operation's one loader for the batch function `load`, made at first use.

        `load` gets this context and distinct keys and returns one value for each, in their order.
        """
        if load not in self._loaders:

            async def batch(keys: list[Key]) -> list[Value]:
                return list(await load(self, keys))

            self._loaders[load] = DataLoader(load_fn=batch, max_batch_size=LOADER_BATCH_MAX)
        return self._loaders[load]

    def forget_loaded(self) -> None:
        """Drop everything loaded: the next event of a subscription shows the state of its own time."""
        self._loaders.clear()

    def for_operation(self) -> "RequestContext":
        """Return a context for one operation of the same request or socket, with nothing loaded yet."""
        return replace(self, _loaders={})
