"""Uploads: files that a command will read, held for a short while.

A party holds one at a time, the last it sent, so that what all hold together stays small. They are in Redis,
where every process finds them; one that is lost is sent again.
"""

from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from linepack.ids import PartyId, new_id
from linepack.limits import UPLOAD_HELD_S
from linepack.problems import NotFound
from linepack.redis.cancellation import cancellable


@dataclass(frozen=True, slots=True)
class Uploads:
    """The uploads of an installation."""

    redis: Redis

    async def hold(self, party_id: PartyId, content: bytes) -> UUID:
        """Hold the upload of a party in place of its last one, and return its id."""
        upload_id = new_id()
        with cancellable():
            async with self.redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(_key(party_id), mapping={"id": str(upload_id), "content": content})
                pipeline.expire(_key(party_id), UPLOAD_HELD_S)
                await pipeline.execute()
        return upload_id

    async def read(self, party_id: PartyId, upload_id: UUID, *, path: tuple[str, ...]) -> bytes:
        """Return an upload of a party; raises NotFound, at input field `path`, when it is not held."""
        with cancellable():
            held, content = await self.redis.hmget(_key(party_id), ["id", "content"])
        if held != str(upload_id).encode() or not isinstance(content, bytes):
            raise NotFound("upload", upload_id, path=path)
        return content


def _key(party_id: PartyId) -> str:
    return f"upload:{party_id}"
