"""The home of what every resolver needs: its info, ids read back from clients, and the common refusals."""

from collections.abc import Callable, Sequence
from typing import Protocol, Self, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.problems import NotFound
from schema.types.connections import Key, Page
from schema.types.context import RequestContext
from schema.types.problems import (
    ConflictProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    RefusedProblem,
)

IDEMPOTENCY_KEY = strawberry.field(
    description="Yours to choose: the same key with the same input has one effect and one answer."
)

Info: TypeAlias = strawberry.Info[RequestContext, None]

Refusals: TypeAlias = (
    InvalidInputProblem | NotFoundProblem | ForbiddenProblem | ConflictProblem | RefusedProblem
)
"""The problems that every mutation may answer with."""


Id = TypeVar("Id")
Domain = TypeVar("Domain")
Shown = TypeVar("Shown")


class HasId(Protocol):
    """A row with an id that orders it by time."""

    @property
    def id(self) -> UUID:
        """The row's UUIDv7."""
        ...


def after_id(asked: Page[str], kind: Callable[[UUID], Id]) -> Id | None:
    """Return the id after which a page of a list that is in the order of ids starts."""
    return kind(asked.after[1]) if asked.after else None


def by_id(row: HasId) -> Key:
    """Return the key of a row of a list that is in the order of ids."""
    return "", row.id


def shown(show: Callable[[Domain], Shown], value: Domain | None) -> Shown | None:
    """Return what `show` makes of `value`; None stays None."""
    return None if value is None else show(value)


class Found(relay.Node):
    """A node that is found by its UUID, as the caller may see it; what is not seen is None."""

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the nodes with these ids, in their order."""
        raise NotImplementedError


async def find_node(info: Info, global_id: relay.GlobalID) -> Found | None:
    """Return the node with this id as the caller may see it; None when it names nothing that can be found."""
    definition = info.schema.get_type_by_name(global_id.type_name)
    origin = getattr(definition, "origin", None)
    if not (isinstance(origin, type) and issubclass(origin, Found)):
        return None
    try:
        node_id = UUID(global_id.node_id)
    except ValueError:
        return None
    [found] = await origin.find(info, [node_id])
    return found


def uuid_of(kind: str, global_id: relay.GlobalID, *path: str) -> UUID:
    """Return the id inside a global id of type `kind`; raises NotFound, at input field `path`, for others."""
    if global_id.type_name == kind:
        try:
            return UUID(global_id.node_id)
        except ValueError:
            pass
    raise NotFound(kind, global_id, path=path)
