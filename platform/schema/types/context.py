"""The context of an operation: its caller, the services it may use, and what it has loaded.

The services are built once for a process. A context is made for each operation, also on one websocket, so
that nothing loaded for one operation is shown to another.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from capacity.feasibility.network_views import NetworkViews
from capacity.feasibility.verifier_pool import VerifierPool
from linepack.access import Principal
from linepack.database.connections import Database
from linepack.database.together import ReadTogether
from linepack.events.follower import Feeds
from linepack.identity.authentication import Authenticator
from linepack.redis.leaky_buckets import Buckets
from linepack.redis.uploads import Uploads
from linepack.settings import Settings
from market.marketplace import Marketplace
from schema.types.listed_operations import ListedOperations
from schema.types.listeners import Leave, Listeners, stay

LOADER_BATCH_MAX = 500

Key = TypeVar("Key")
Value = TypeVar("Value")


class ResolverServices(Protocol):
    """What the API uses of a process's services, which `server.services` builds."""

    @property
    def settings(self) -> Settings:
        """The installation's settings."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def identity(self) -> Authenticator:
        """Who callers are: sign-in, tokens, API keys."""

    @property
    def buckets(self) -> Buckets:
        """The rate limits' buckets."""

    @property
    def uploads(self) -> Uploads:
        """The files that commands will read."""

    @property
    def snapshots(self) -> NetworkViews:
        """Networks with the rights on them."""

    @property
    def verifiers(self) -> VerifierPool:
        """Proofs of what a network can transport."""

    @property
    def feeds(self) -> Feeds:
        """The event streams."""

    @property
    def market(self) -> Marketplace:
        """What market commands run on."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""


@dataclass(slots=True)
class RequestContext:
    """On whose behalf an operation runs, and what it may use.

    `principal` is None for an anonymous caller; `address` is the caller's network address as text, and
    `user_agent` the program that the caller says it is. `listed` are the operations that clients ask for by
    id.
    `listeners` counts what is open in this process, and `leave` gives back the place of the caller's socket.
    `connection_params` is what a websocket client sent in `connection_init`, until it is authenticated.
    `reading` is what its loaders read with.
    """

    services: ResolverServices
    principal: Principal | None
    request_id: str
    address: str
    user_agent: str = ""
    bearer: str | None = field(default=None, repr=False)
    listed: ListedOperations = field(default_factory=ListedOperations, repr=False)
    listeners: Listeners = field(default_factory=Listeners, repr=False)
    leave: Leave = field(default=stay, repr=False)
    connection_params: dict[str, Any] | None = field(default=None, repr=False)
    _loaders: dict[Callable[..., Any], DataLoader[Any, Any]] = field(default_factory=dict, repr=False)
    reading: ReadTogether = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.reading = ReadTogether(self.services.database)

    def caller(self) -> Principal:
        """Return the authenticated caller; raises RuntimeError when the field has no permission class."""
        if self.principal is None:
            raise RuntimeError("a resolver without permission class used the caller")
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


Info: TypeAlias = strawberry.Info[RequestContext, None]
