"""A client of a small schema behind the real endpoint: identity and limits as in the product, own fields."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2
import strawberry
from redis.asyncio import Redis
from starlette.types import ASGIApp

from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator
from linepack.redis.leaky_buckets import Buckets
from linepack.settings import Settings
from schema.execution.schema import Schema
from schema.transport.body_limit import BodyLimit
from schema.transport.endpoint import GraphQLEndpoint
from schema.types.context import RequestContext
from schema.types.listed_operations import ListedOperations
from schema.types.permissions import MayOperate, Public, SignedIn
from server.services import Services

Info = strawberry.Info[RequestContext, None]
LOADED: list[list[int]] = []
"""The keys of every batch that was loaded."""


async def load_squares(context: RequestContext, keys: Sequence[int]) -> list[int]:
    LOADED.append(list(keys))
    return [key * key for key in keys]


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[Public])
    def ping(self) -> str:
        return "pong"

    @strawberry.field(permission_classes=[SignedIn])
    def who(self, info: Info) -> str:
        return info.context.caller().subject

    @strawberry.field(permission_classes=[MayOperate])
    def operate(self) -> str:
        return "done"

    @strawberry.field(permission_classes=[Public])
    def broken(self) -> str:
        raise RuntimeError("the password is hunter2")

    @strawberry.field(permission_classes=[Public])
    async def slow(self) -> str:
        await asyncio.sleep(60)
        return "late"

    @strawberry.field(permission_classes=[Public])
    async def square(self, info: Info, of: int) -> int:
        return await info.context.loader(load_squares).load(of)


@strawberry.type
class Mutation:
    @strawberry.mutation(permission_classes=[SignedIn])
    def act(self, text: str) -> str:
        return text


ticked = threading.Event()
"""Set once a subscription to ticks is under way."""


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=[SignedIn])
    async def ticks(self, info: Info, count: int, pause_s: float = 0.0) -> AsyncIterator[int]:
        for number in range(count):
            ticked.set()
            yield await info.context.loader(load_squares).load(number)
            await asyncio.sleep(pause_s)

    @strawberry.subscription(permission_classes=[SignedIn])
    async def breaking(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError("the password is hunter2")

    @strawberry.subscription(permission_classes=[MayOperate])
    async def operations(self) -> AsyncIterator[int]:
        yield 1


class SecurityClient:
    """The endpoint with its services, and a client of it."""

    def __init__(
        self, services: Services, schema: Schema | None = None, *, listed: ListedOperations | None = None
    ) -> None:
        self.services = services
        schema = schema or Schema(query=Query, mutation=Mutation, subscription=Subscription)
        origins = ["https://desk.example"]
        self.endpoint = GraphQLEndpoint(schema, services, listed=listed, allowed_origins=origins)
        self.app: ASGIApp = BodyLimit(self.endpoint)

    async def post(
        self, content: Any, bearer: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        given = {"content-type": "application/json", **(headers or {})}
        if bearer is not None:
            given["authorization"] = f"Bearer {bearer}"
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        transport = httpx2.ASGITransport(app=self.app, client=("198.51.100.7", 40000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://linepack.example") as client:
            return await client.post("/graphql", content=body, headers=given)

    async def ask(self, query: str, bearer: str | None = None, **variables: Any) -> dict[str, Any]:
        answer = await self.post({"query": query, "variables": variables or None}, bearer)
        received: dict[str, Any] = answer.json()
        return received


def services_of(
    identity: Authenticator, database: Database, redis: Redis, *, settings: Settings | None = None
) -> Services:
    """The services of a process that has no networks."""
    unused: Any = None
    return Services(
        settings=settings or Settings(),
        database=database,
        redis=redis,
        identity=identity,
        buckets=Buckets(redis),
        snapshots=unused,
        verifiers=unused,
        market=unused,
        feeds=unused,
        now=lambda: datetime.now(UTC),
    )


def code_of(answer: dict[str, Any]) -> str:
    """The code of the errors of an answer, which all have the same one."""
    [code] = {error["extensions"]["code"] for error in answer["errors"]}
    return str(code)
