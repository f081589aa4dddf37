"""Nodes, and references to them: what rows refer to is read in one batch for each operation."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.access import Principal
from linepack.database.together import Reader
from linepack.problems import NotFound
from schema.types.context import Info, RequestContext
from schema.types.domain_values import FromDomain

Key = TypeVar("Key", bound=UUID)
Row = TypeVar("Row")


def batched(
    read: Callable[[Reader, Principal, Sequence[Key]], Awaitable[Mapping[Key, Row]]],
) -> Callable[[RequestContext, Sequence[Key]], Awaitable[list[Row | None]]]:
    """Return the batch function of a loader: what `read` finds for the caller, None for other keys."""

    async def load(context: RequestContext, keys: Sequence[Key]) -> list[Row | None]:
        found = await read(context.reading, context.caller(), keys)
        return [found.get(key) for key in keys]

    return load


def batched_public(
    read: Callable[[Reader, Sequence[Key]], Awaitable[Mapping[Key, Row]]],
) -> Callable[[RequestContext, Sequence[Key]], Awaitable[list[Row | None]]]:
    """Return the batch function of a loader of what is shown to every caller, also while signing in."""

    async def load(context: RequestContext, keys: Sequence[Key]) -> list[Row | None]:
        found = await read(context.reading, keys)
        return [found.get(key) for key in keys]

    return load


class FoundById(relay.Node, ABC):
    """Base of everything with an id that `node` finds."""

    @classmethod
    @abstractmethod
    async def by_text(cls, info: Info, identity: str) -> Self | None:
        """Return the one with this text in its id, as the caller may see it; None when there is none."""


class StoredNode(FromDomain, FoundById):
    """Base of the nodes that are found by a UUID; what the caller may not see is not found."""

    @classmethod
    async def by_text(cls, info: Info, identity: str) -> Self | None:
        """Return the node with this UUID; None when there is none that the caller may see."""
        try:
            node_id = UUID(identity)
        except ValueError:
            return None
        [found] = await cls.find(info, [node_id])
        return found

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the nodes with these ids, in their order."""
        found = await info.context.loader(cls.load_rows).load_many(ids)
        return [None if row is None else cls.of(row) for row in found]

    load_rows: "ClassVar[staticmethod[[RequestContext, Sequence[Any]], Awaitable[Sequence[Any]]]]"
    """The batch function of the loader of its rows, of those that the caller may see."""

    @classmethod
    async def load(cls, info: Info, node_id: UUID | None) -> Self | None:
        """Return the node with this id; None when there is none that the caller may see."""
        if node_id is None:
            return None
        row = await info.context.loader(cls.load_rows).load(node_id)
        return None if row is None else cls.of(row)

    @classmethod
    async def require(cls, info: Info, node_id: UUID) -> Self:
        """Return the node with this id, which a row that the caller may see refers to."""
        found = await cls.load(info, node_id)
        if found is None:
            raise LookupError(f"no {cls.__name__} {node_id}")
        return found


def reference(node: type[StoredNode], attribute: str, description: str) -> Any:
    """Return a field that shows the node whose id is in `attribute`; its annotation is its type."""
    id_of = attrgetter(attribute)

    async def resolve(root: Any, info: Info) -> Any:
        return await node.load(info, id_of(root))

    del resolve.__annotations__["return"]  # the type is the field's own annotation
    return strawberry.field(resolver=resolve, description=description)


async def find_node(info: Info, global_id: relay.GlobalID) -> FoundById | None:
    """Return the node with this id as the caller may see it; None when it names nothing that can be found."""
    definition = info.schema.get_type_by_name(global_id.type_name)
    origin = getattr(definition, "origin", None)
    if not (isinstance(origin, type) and issubclass(origin, FoundById)):
        return None
    return await origin.by_text(info, global_id.node_id)


def uuid_of(kind: str, global_id: relay.GlobalID, *path: str) -> UUID:
    """Return the id inside a global id of type `kind`; raises NotFound, at input field `path`, for others."""
    if global_id.type_name == kind:
        try:
            return UUID(global_id.node_id)
        except ValueError:
            pass
    raise NotFound(kind, global_id, path=path)
