"""The home of API keys in the API: the credentials of a party's machines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.access import Role, Scope
from linepack.identity import model, repository
from linepack.identity.commands import NewApiKey, overlap_of
from linepack.identity.service import IssuedKey
from linepack.ids import ApiKeyId
from linepack.limits import API_KEY_OVERLAP_DAYS_MAX
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, Refusals, shown, uuid_of
from schema.types.permissions import SignedIn

ROTATION_OVERLAP_DAYS = 1


async def load_api_keys(context: RequestContext, ids: Sequence[ApiKeyId]) -> list[model.ApiKey | None]:
    """Return the keys with these ids that belong to the caller's own party."""
    async with context.services.database.read() as connection:
        keys = await repository.keys_by_id(connection, ids)
    own = {key.id: key for key in keys.values() if key.party_id == context.caller().party_id}
    return [own.get(key_id) for key_id in ids]


@strawberry.type(description="A machine's credential, without its secret.")
class ApiKey(Found):
    """A key as its party sees it."""

    id: relay.NodeID[UUID]
    name: str
    prefix: str = strawberry.field(description="The public part of the key's text.")
    roles: list[Role]
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: model.ApiKey) -> Self:
        """Show a key."""
        return cls(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            roles=sorted(key.roles),
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
        )

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the keys of the caller's own party; None for the others."""
        found = await info.context.loader(load_api_keys).load_many([ApiKeyId(one) for one in ids])
        return [shown(cls.of, one) for one in found]


@strawberry.input
class CreateApiKeyInput:
    """A key to add for a machine of one's own party."""

    name: str
    roles: list[Role]
    scopes: list[Scope]
    expires_at: datetime


@strawberry.input
class RotateApiKeyInput:
    """A key to replace; the old one stays good for `overlapDays`."""

    key_id: relay.GlobalID
    overlap_days: int = strawberry.field(
        default=ROTATION_OVERLAP_DAYS, description=f"0 to {API_KEY_OVERLAP_DAYS_MAX}."
    )


@strawberry.type(description="A new key with its text, which is shown this once.")
class ApiKeyPayload:
    """A key created or rotated."""

    api_key: ApiKey
    text: str = strawberry.field(description='Send it as "Authorization: Bearer …".')

    @classmethod
    def of(cls, issued: IssuedKey) -> Self:
        """Show a new key, once."""
        return cls(api_key=ApiKey.of(issued.key), text=issued.text)


@strawberry.input
class RevokeApiKeyInput:
    """A key to end at once."""

    key_id: relay.GlobalID


@strawberry.type
class RevokeApiKeyPayload:
    """The key that has ended."""

    api_key: ApiKey


ApiKeyResult = Annotated[ApiKeyPayload | Refusals, strawberry.union("ApiKeyResult")]
RevokeApiKeyResult = Annotated[RevokeApiKeyPayload | Refusals, strawberry.union("RevokeApiKeyResult")]


@strawberry.type
class ApiKeyQueries:
    """Which machines act for one's party."""

    @strawberry.field(permission_classes=[SignedIn], description="The keys of your own party, oldest first.")
    async def api_keys(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[ApiKey]:
        """Return keys in the order they were made."""
        asked = page("apiKeys", first, after, sort=datetime.fromisoformat)
        key = asked.after and (asked.after[0], ApiKeyId(asked.after[1]))
        rows = await info.context.services.identity.api_keys(
            info.context.caller(), after=key, limit=asked.limit
        )
        return KeysetConnection[ApiKey].of(
            rows, asked, key=lambda one: (one.created_at.isoformat(), one.id), node=ApiKey.of
        )


@strawberry.type
class ApiKeyMutations:
    """Making and ending keys. Only people keep keys."""

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Add a key for a machine of your party, with no more rights than your own.",
    )
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> ApiKeyResult:  # noqa: A002
        """Return the new key with its text."""
        caller = info.context.caller()
        command = NewApiKey(
            party_id=caller.require_party(),
            name=input.name,
            roles=frozenset(input.roles),
            scopes=frozenset(input.scopes),
            expires_at=input.expires_at,
        )
        return ApiKeyPayload.of(await info.context.services.identity.create_api_key(caller, command))

    @strawberry.mutation(permission_classes=[SignedIn], description="Replace a key by a successor.")
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> ApiKeyResult:  # noqa: A002
        """Return the successor with its text."""
        issued = await info.context.services.identity.rotate_api_key(
            info.context.caller(),
            ApiKeyId(uuid_of("ApiKey", input.key_id, "keyId")),
            overlap=overlap_of(hours=24 * input.overlap_days),
        )
        return ApiKeyPayload.of(issued)

    @strawberry.mutation(permission_classes=[SignedIn], description="End a key at once.")
    async def revoke_api_key(self, info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyResult:  # noqa: A002
        """Return the ended key."""
        key_id = ApiKeyId(uuid_of("ApiKey", input.key_id, "keyId"))
        key = await info.context.services.identity.revoke_api_key(info.context.caller(), key_id)
        return RevokeApiKeyPayload(api_key=ApiKey.of(key))
