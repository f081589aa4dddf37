"""The home of what every resolver needs: its info, ids read back from clients, and the common refusals."""

from typing import TypeAlias
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.problems import NotFound
from schema.context import RequestContext
from schema.errors import (
    ConflictProblem,
    ForbiddenProblem,
    InvalidInputProblem,
    NotFoundProblem,
    RefusedProblem,
)

Info: TypeAlias = strawberry.Info[RequestContext, None]

Refusals: TypeAlias = (
    InvalidInputProblem | NotFoundProblem | ForbiddenProblem | ConflictProblem | RefusedProblem
)
"""The problems that every mutation may answer with."""


def uuid_of(kind: str, global_id: relay.GlobalID, *path: str) -> UUID:
    """Return the id inside a global id of type `kind`; raises NotFound, at input field `path`, for others."""
    if global_id.type_name == kind:
        try:
            return UUID(global_id.node_id)
        except ValueError:
            pass
    raise NotFound(kind, global_id, path=path)
