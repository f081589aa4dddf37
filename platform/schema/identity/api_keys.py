"""API keys: the credentials of a party's machines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.access import Role, Scope
from linepack.database.paging import Direction
from linepack.identity import model, repository
from linepack.identity.commands import NewApiKey, RevokeApiKey, RotateApiKey, overlap_of
from linepack.identity.repository import ApiKeySort
from linepack.identity.service import (
    IssuedKey,
    create_api_key,
    manages_keys_of,
    revoke_api_key,
    rotate_api_key,
)
from linepack.ids import ApiKeyId
from linepack.limits import API_KEY_OVERLAP_DAYS_MAX
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info, RequestContext
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, uuid_of
from schema.types.permissions import SignedIn
from schema.types.problems import Refusals

ROTATION_OVERLAP_DAYS = 1
KEY_ID = "The id of the key."


async def load_api_keys(context: RequestContext, ids: Sequence[ApiKeyId]) -> list[model.ApiKey | None]:
    """Return the keys with these ids whose party's keys the caller makes and ends."""
    keys = await repository.keys_by_id(context.reading, ids)
    caller = context.caller()
    own = {key.id: key for key in keys.values() if manages_keys_of(caller, key.party_id)}
    return [own.get(key_id) for key_id in ids]


@strawberry.type
class ApiKey(StoredNode):
    """A machine's credential without its secret, shown to its party and the installation's administrators."""

    id: relay.NodeID[UUID]
    name: str
    prefix: str = strawberry.field(description="The public part of the key's text.")
    roles: list[Role]
    scopes: list[Scope]
    created_at: datetime = strawberry.field(description="When it was created.")
    expires_at: datetime
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null while it is valid.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used; null for never.")

    load_rows = staticmethod(load_api_keys)


@strawberry.input
class CreateApiKeyInput:
    """A key to add for a machine of your party."""

    name: str
    roles: list[Role]
    scopes: list[Scope]
    expires_at: datetime


@strawberry.input
class RotateApiKeyInput:
    """A key to replace; the old one stays valid for `overlapDays`."""

    key_id: relay.GlobalID = strawberry.field(description=KEY_ID)
    overlap_days: int = strawberry.field(
        default=ROTATION_OVERLAP_DAYS,
        description=f"For how many days both are valid: 0 to {API_KEY_OVERLAP_DAYS_MAX}.",
    )


@strawberry.type
class ApiKeyPayload:
    """A new key with its text, which is shown this once."""

    api_key: ApiKey
    text: str = strawberry.field(description='Send it as "Authorization: Bearer …".')

    @classmethod
    def of(cls, issued: IssuedKey) -> Self:
        """Show a new key."""
        return cls(api_key=ApiKey.of(issued.key), text=issued.text)


@strawberry.input
class RevokeApiKeyInput:
    """A key to end at once."""

    key_id: relay.GlobalID = strawberry.field(description=KEY_ID)


@strawberry.type
class RevokeApiKeyPayload:
    """The key that was revoked."""

    api_key: ApiKey


ApiKeyResult = Annotated[ApiKeyPayload | Refusals, strawberry.union("ApiKeyResult")]
RevokeApiKeyResult = Annotated[RevokeApiKeyPayload | Refusals, strawberry.union("RevokeApiKeyResult")]


@strawberry.type
class ApiKeyQueries:
    """Queries of API keys."""

    @paged(KeysetConnection[ApiKey], SignedIn, orders=ApiKeySort, direction=Direction.ASCENDING)
    async def api_keys(self, info: Info) -> Shown[model.ApiKey]:
        """The keys of your own party, oldest first unless you say."""
        return Shown(repository.keys_of(info.context.caller().require_party()))


@strawberry.type
class ApiKeyMutations:
    """Mutations of API keys, which only people may call."""

    @strawberry.mutation(permission_classes=[SignedIn])
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> ApiKeyResult:  # noqa: A002
        """Add a key for a machine of your party, with no more rights than your own."""
        caller = info.context.caller()
        command = command_of(
            NewApiKey,
            input,
            party_id=caller.require_party(),
            roles=frozenset(input.roles),
            scopes=frozenset(input.scopes),
        )
        return ApiKeyPayload.of(await create_api_key(command, info.context.services.identity.context(caller)))

    @strawberry.mutation(permission_classes=[SignedIn])
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> ApiKeyResult:  # noqa: A002
        """Replace a key by a successor with a text of its own."""
        issued = await rotate_api_key(
            RotateApiKey(
                ApiKeyId(uuid_of("ApiKey", input.key_id, "keyId")),
                overlap=overlap_of(hours=24 * input.overlap_days),
            ),
            info.context.services.identity.context(info.context.caller()),
        )
        return ApiKeyPayload.of(issued)

    @strawberry.mutation(permission_classes=[SignedIn])
    async def revoke_api_key(self, info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyResult:  # noqa: A002
        """End a key at once."""
        key_id = ApiKeyId(uuid_of("ApiKey", input.key_id, "keyId"))
        key = await revoke_api_key(
            RevokeApiKey(key_id), info.context.services.identity.context(info.context.caller())
        )
        return RevokeApiKeyPayload(api_key=ApiKey.of(key))
